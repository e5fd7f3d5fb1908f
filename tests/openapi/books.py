"""The route files that the example frontend calls."""

from __future__ import annotations

ROUTES = {
    "_shelf.py": """\
        import msgspec

        class Book(msgspec.Struct):
            id: int
            title: str
            pages: int = 0

        BOOKS = {1: Book(1, "Persuasion", 250)}
        """,
    "books/index.py": """\
        from typing import Annotated
        import msgspec
        from .._shelf import BOOKS, Book

        class NewBook(msgspec.Struct, forbid_unknown_fields=True):
            title: Annotated[str, msgspec.Meta(min_length=1)]
            pages: int = 0

        class Search(msgspec.Struct):
            q: str = ""

        def GET(query: Search) -> list[Book]:
            '''List the books whose title has a text in it.'''
            return [book for book in BOOKS.values() if query.q in book.title.lower()]

        def POST(body: NewBook, res) -> Book:
            '''Add a book.'''
            id = max(BOOKS) + 1
            BOOKS[id] = Book(id, body.title, body.pages)
            res.status(201)
            return BOOKS[id]
        """,
    "books/[id=int].py": """\
        from fileapi import HttpError
        from .._shelf import BOOKS, Book

        def GET(id) -> Book:
            '''Show a book.'''
            if id not in BOOKS:
                raise HttpError(404, "There is no such book.")
            return BOOKS[id]

        def DELETE(id) -> None:
            '''Remove a book.'''
            BOOKS.pop(id, None)
        """,
}
