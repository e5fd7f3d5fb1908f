from tests.library.models import Book

from ._types import NestedOut


def GET() -> list[NestedOut]:
    return Book.objects.all()
