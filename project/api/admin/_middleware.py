from fileapi import HttpError


def middleware(req, res, next):
    if not req.user.is_authenticated:
        raise HttpError(
            401,
            "Log in at /admin/ first.",
            headers={"WWW-Authenticate": 'Session realm="admin"'},
        )
    if not req.user.is_staff:
        raise HttpError(403, "This is for staff.")
    return next()
