from typing import Annotated

from django.utils.html import format_html
from msgspec import Meta, Struct

from fileapi import Config, HttpError
from project.accounts.confirmation import confirm
from project.api._fields import by_hand, text

config = Config(auth=None, rate="20/min")

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Confirm your address</title>
<form method="post" action="?">
<input type="hidden" name="token" value="{}">
<button>Confirm this address</button>
</form>
</html>
"""
POLICY = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class Confirmation(Struct):
    token: Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^[^\u0000]*$")]


class Confirmed(Struct):
    status: str


def GET(query, res):
    """A page with a button: programs that look through mail open links, and press none."""
    res.set_header("Content-Security-Policy", POLICY).cache(no_store=True)
    res.set_header("Content-Type", "text/html; charset=utf-8")
    res.send(format_html(PAGE, query.get("token", "")))


def POST(body: by_hand(Confirmation)) -> Confirmed:
    """Confirm the address that a token was mailed to."""
    if not confirm(text(body, "token", max_length=1000)):
        raise HttpError(400, "This link is not good any more, or never was.")
    return Confirmed("confirmed")
