def middleware(req, res, next):
    res.set_header("Cache-Control", "no-store")
    return next()
