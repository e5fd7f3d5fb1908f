"""``req``: Django's request, as a handler likes to see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from fileapi.config import DEFAULTS
from fileapi.http.request import Request


def request(method: str = "GET", path: str = "/", **options: Any) -> Request:
    return Request(RequestFactory().generic(method, path, **options), {}, DEFAULTS)


def test_the_plain_facts_of_a_request(api: Any) -> None:
    served = api(
        {
            "users/[id=int].py": """
                def handler(req, res):
                    res.json({
                        "method": req.method,
                        "path": req.path,
                        "url": req.url,
                        "params": req.params,
                        "query": req.query,
                        "header": [req.headers["x-a"], req.headers["X-A"], req.headers.get("no")],
                        "cookies": req.cookies,
                        "repr": repr(req),
                    })
            """
        }
    )
    for client in (served.client, served.async_client):
        client.cookies["c"] = "1"
        client.cookies["d"] = "2"
    response = served.put("/api/users/42?q=%C3%A4&q=b", headers={"X-A": "v"})
    assert response.json() == {
        "method": "PUT",
        "path": "/api/users/42",
        "url": "/api/users/42?q=%C3%A4&q=b",
        "params": {"id": 42},
        "query": {"q": ["ä", "b"], "id": "42"},
        "header": ["v", "v", None],
        "cookies": {"c": "1", "d": "2"},
        "repr": "<Request PUT '/api/users/42'>",
    }


def test_the_path_is_decoded_once_and_the_url_is_encoded(api: Any) -> None:
    served = api({"[name].py": "def GET(req, name): return [req.path, req.url, name]"})
    assert served.get("/api/a%20%2541").json() == ["/api/a %41", "/api/a%20%2541", "a %41"]


def test_names_that_req_does_not_define_are_djangos() -> None:
    req = request("GET", "/x?a=1", headers={"accept": "text/html"})
    assert req.GET["a"] == "1"
    assert req.META["HTTP_ACCEPT"] == "text/html"
    assert req.get_host() == "testserver"
    assert req.is_secure() is False
    req.django.session = "the session"  # type: ignore[assignment]
    assert req.session == "the session"


def test_a_name_that_neither_defines_is_an_attribute_error_that_says_so() -> None:
    req = request()
    with pytest.raises(AttributeError, match="req has no 'json', and neither has Django's"):
        req.json  # noqa: B018
    assert getattr(req, "json", None) is None
    assert not hasattr(req, "user")


def test_attributes_of_ones_own_stay_on_req() -> None:
    req = request()
    req.tenant = "acme"  # type: ignore[attr-defined]
    assert req.tenant == "acme"
    assert not hasattr(req.django, "tenant")


def test_user_is_djangos_and_setting_it_sets_djangos() -> None:
    req = request()
    req.django.user = "first"  # type: ignore[assignment]
    assert req.user == "first"
    req.user = "second"
    assert req.django.user == "second"


def test_the_bytes_of_the_body_stay_beside_what_they_say() -> None:
    req = request("POST", data=b'{"a": 1}', content_type="application/json")
    assert (req.body, req.raw_body) == ({"a": 1}, b'{"a": 1}')
    assert req.body is req.body


def test_nothing_is_read_or_parsed_before_it_is_asked_for() -> None:
    req = request("POST", "/?q=1", data=b"{", content_type="application/json")
    assert not hasattr(req.django, "_body")
    assert "GET" not in vars(req.django)
    assert req.query is req.query


def test_what_reads_djangos_request_works_before_and_after(api: Any) -> None:
    served = api(
        {
            "after.py": """
                def POST(req):
                    body = req.body
                    return [body, req.raw_body.decode(), req.POST, req.read().decode()]
            """,
            "before.py": "def POST(req): return [req.django.body.decode(), req.body]",
            "drf.py": """
                from rest_framework.parsers import FormParser
                from rest_framework.request import Request
                def POST(req):
                    return [req.body, Request(req.django, parsers=[FormParser()]).data]
            """,
            "form_before.py": "def POST(req): return [req.django.POST['a'], req.body]",
        }
    )
    form = {"data": "a=1", "content_type": "application/x-www-form-urlencoded"}
    assert served.post("/api/after", **form).json() == [{"a": "1"}, "a=1", {"a": ["1"]}, "a=1"]
    assert served.post("/api/before", **form).json() == ["a=1", {"a": "1"}]
    assert served.post("/api/drf", **form).json() == [{"a": "1"}, {"a": ["1"]}]
    assert served.post("/api/form_before", **form).json() == ["1", {"a": "1"}]


def test_a_form_that_a_django_middleware_has_read_is_still_the_body(api: Any) -> None:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    served = api({"a.py": "def POST(req): return [req.django.POST['a'], req.body]"})
    data = encode_multipart(BOUNDARY, {"a": "1"})
    response = served.post("/api/a", data=data, content_type=MULTIPART_CONTENT)
    assert (response.status_code, response.json()) == (200, ["1", {"a": "1"}])
