"""The pages of docs/, read once. A URL is looked up among them, and never made into a path."""

from django.conf import settings

from fileapi import HttpError

DOCS = settings.BASE_DIR / "docs"

PAGES = {
    file.relative_to(DOCS).with_suffix("").as_posix(): file.read_text(encoding="utf-8")
    for file in sorted(DOCS.rglob("*.md"))
}


def GET(page, res):
    if not page:
        return {"pages": list(PAGES)}
    name = "/".join(page)
    if name not in PAGES:
        raise HttpError(404, "There is no such page. GET /api/guide lists them all.")
    res.set_header("Content-Type", "text/markdown; charset=utf-8").send(PAGES[name])
