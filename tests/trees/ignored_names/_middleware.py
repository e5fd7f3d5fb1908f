def middleware(req, res, next):
    return next()
