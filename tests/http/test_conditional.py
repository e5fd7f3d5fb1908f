"""An answer that the client has got already is not sent again; 204 and 304 are bare."""

from __future__ import annotations

from typing import Any

import pytest

FILES = {
    "json.py": "def GET(query): return {'n': query.get('n', '1')}",
    "send.py": "def GET(res): res.send('text')",
    "end.py": "def GET(res): res.end()",
    "own.py": "def GET(res): res.set_header('ETag', 'W/\"own\"').json(1)",
    "private.py": "def GET(res): res.set_header('Cache-Control', 'private, no-store').json(1)",
    "created.py": "def GET(res): res.status(201).json(1)",
    "post.py": "def POST(): return 1",
    "error.py": "from fileapi import HttpError\ndef GET(): raise HttpError(404)",
    "none.py": "def GET() -> None: pass",
    "none_of_text.py": "def GET(res): res.status(204).set_header('Content-Type', 'a/b').send('x')",
    "by_hand.py": "def GET(res): res.status(304).end()",
}


def test_an_etag_is_that_of_the_body(api: Any) -> None:
    served = api(FILES)
    first, again = served.get("/api/json"), served.get("/api/json")
    other = served.get("/api/json?n=2")
    assert first.headers["ETag"] == again.headers["ETag"] != other.headers["ETag"]
    tag = first.headers["ETag"]
    assert (tag[0], tag[-1], len(tag)) == ('"', '"', 26)
    assert served.head("/api/json").headers["ETag"] == tag
    assert "ETag" in served.get("/api/send").headers


@pytest.mark.parametrize("url", ["private", "created", "error", "none", "by_hand"])
def test_what_is_not_a_cacheable_200_has_no_etag(api: Any, url: str) -> None:
    assert "ETag" not in api(FILES).get(f"/api/{url}").headers


def test_a_post_has_no_etag(api: Any) -> None:
    assert "ETag" not in api(FILES).post("/api/post").headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"x", {tag}', 304),
        ('"x",W/{tag} , "y"', 304),
        ("*", 304),
        (" * ", 304),
        ('"x"', 200),
        ("", 200),
        ("nonsense", 200),
        ('"{tag}"', 200),
    ],
)
def test_a_client_that_has_the_answer_gets_304(
    api: Any, method: str, sent: str, status: int
) -> None:
    served = api(FILES)
    tag = served.get("/api/json").headers["ETag"]
    bare = tag.strip('"')
    header = sent.replace('"{tag}"', f'"x{bare}"').replace("{tag}", tag)
    response = served.request(method, "/api/json", headers={"If-None-Match": header})
    assert (response.status_code, response.headers["ETag"]) == (status, tag)
    if status == 304:
        assert response.content == b""
        assert "Content-Type" not in response.headers
        assert "Content-Length" not in response.headers


def test_a_tag_of_ones_own_is_kept_and_compared(api: Any) -> None:
    served = api(FILES)
    assert served.get("/api/own").headers["ETag"] == 'W/"own"'
    for sent in ('"own"', 'W/"own"'):
        headers = {"If-None-Match": sent}
        assert served.get("/api/own", headers=headers).status_code == 304


def test_no_store_is_not_compared(api: Any) -> None:
    response = api(FILES).get("/api/private", headers={"If-None-Match": "*"})
    assert response.status_code == 200


def test_a_304_keeps_its_other_headers_and_cookies(api: Any) -> None:
    served = api(
        {"a.py": "def GET(res): res.set_header('Vary', 'Accept').set_cookie('a', '1').json(1)"}
    )
    response = served.get("/api/a", headers={"If-None-Match": "*"})
    assert (response.status_code, response.headers["Vary"]) == (304, "Accept, origin")
    assert response.cookies["a"].value == "1"


@pytest.mark.parametrize("url", ["none", "none_of_text", "by_hand"])
@pytest.mark.parametrize("middleware", [True, False])
def test_204_and_304_say_nothing_about_a_body_behind_djangos_middleware_too(
    api: Any, settings: Any, url: str, middleware: bool
) -> None:
    if middleware:
        assert "django.middleware.common.CommonMiddleware" in settings.MIDDLEWARE
    else:
        settings.MIDDLEWARE = []
    response = api(FILES).get(f"/api/{url}")
    assert response.status_code in (204, 304)
    assert response.content == b""
    assert not {"Content-Type", "Content-Length"} & set(response.headers)


def test_djangos_conditional_middleware_stands_before_it_without_harm(
    api: Any, settings: Any
) -> None:
    settings.MIDDLEWARE = ["django.middleware.http.ConditionalGetMiddleware"]
    served = api(FILES)
    tag = served.get("/api/json").headers["ETag"]
    assert served.get("/api/json", headers={"If-None-Match": tag}).status_code == 304
    assert served.get("/api/none").status_code == 204
