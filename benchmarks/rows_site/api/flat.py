from tests.library.models import Book

from ._types import FlatOut


def GET() -> list[FlatOut]:
    return Book.objects.all()
