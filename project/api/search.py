from msgspec import Struct


class Search(Struct):
    q: str = ""


class Found(Struct):
    results: list[str]


def GET(query: Search) -> Found:
    """Repeat what is searched for."""
    return Found([f"You searched for {query.q}"])
