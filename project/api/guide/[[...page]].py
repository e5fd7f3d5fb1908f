"""The pages of docs/, read once. A URL is looked up among them, and never made into a path."""

from django.conf import settings
from msgspec import Struct

from fileapi import HttpError

DOCS = settings.BASE_DIR / "docs"

PAGES = {
    file.relative_to(DOCS).with_suffix("").as_posix(): file.read_text(encoding="utf-8")
    for file in sorted(DOCS.rglob("*.md"))
}


class Pages(Struct):
    pages: list[str]


def GET(page: list[str], res) -> Pages:
    """List the pages, or show one of them as Markdown."""
    if not page:
        return Pages(list(PAGES))
    name = "/".join(page)
    if name not in PAGES:
        raise HttpError(404, "There is no such page. GET /api/guide lists them all.")
    res.set_header("Content-Type", "text/markdown; charset=utf-8").send(PAGES[name])
