"""One effect for each key, and the answer that it had."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HEAD, ORDER, TEA


def test_h22_the_same_key_twice_is_one_effect_and_one_answer(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": ORDER})
    first, second = send(site), send(site)
    assert (first.status_code, second.status_code, effects()) == (201, 201, 1)
    assert first.content == second.content
    for name in ("Content-Type", "Content-Length", "X-Number", "Content-Security-Policy"):
        assert first.headers[name] == second.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"


def test_h22_in_quotes_or_bare_it_is_the_same_key(api: Any, send: Any, effects: Any) -> None:
    site = api({"a.py": ORDER})
    assert send(site, "abc").content == send(site, '"abc"').content
    assert effects() == 1


def test_another_key_is_another_effect(api: Any, send: Any, effects: Any) -> None:
    site = api({"a.py": ORDER})
    assert send(site, "one").content != send(site, "two").content
    assert effects() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"json": {"item": "coffee"}},
        {"data": "item=tea", "content_type": "application/x-www-form-urlencoded"},
        {"data": '{"item": "tea"}', "content_type": "application/merge-patch+json"},
        {"path": "/api/a?gift=1"},
        {"method": "PATCH"},
    ],
    ids=["body", "form", "content type", "query", "method"],
)
def test_h22_the_same_key_with_another_request_is_422(
    api: Any, send: Any, effects: Any, other: dict[str, Any]
) -> None:
    site = api({"a.py": f"{ORDER}\nPATCH = POST"})
    send(site)
    refused = send(site, **other)
    assert (refused.status_code, refused.headers["Content-Type"], effects()) == (
        422,
        "application/problem+json",
        1,
    )
    assert send(site).status_code == 201


def test_h22_the_same_key_with_another_path_parameter_is_422(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"shops/[id=int].py": ORDER.replace("body, res", "id, body, res")})
    assert send(site, path="/api/shops/1").status_code == 201
    assert send(site, path="/api/shops/2").status_code == 422
    assert send(site, path="/api/shops/1/").headers["Idempotency-Replayed"] == "true"
    assert effects() == 1


def test_a_key_belongs_to_one_file(api: Any, send: Any, effects: Any) -> None:
    site = api({"a.py": ORDER, "b.py": ORDER})
    assert send(site).status_code == send(site, path="/api/b").status_code == 201
    assert effects() == 2


@pytest.mark.parametrize("key", [None, "", 10_240 * "x"], ids=["none", "empty", "10 KB"])
def test_h22_without_a_key_or_with_one_of_10_kb_it_is_400(
    api: Any, send: Any, effects: Any, kept: Any, key: str | None
) -> None:
    refused = send(api({"a.py": ORDER}), key)
    assert (refused.status_code, effects(), kept()) == (400, 0, 0)
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_neither_need_nor_look_at_a_key(
    api: Any, send: Any, kept: Any, method: str
) -> None:
    names = ("GET", "PUT", "DELETE", "POST")
    site = api({"a.py": HEAD + "\n".join(f"def {name}() -> None: ..." for name in names)})
    for key in (None, "abc", "abc"):
        assert send(site, key, method).status_code == 204
    assert kept() == 0


def test_one_handler_for_every_method_is_kept_for_post_and_patch(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": ORDER.replace("def POST(", "def handler(")})
    for method, count in (("POST", 1), ("POST", 1), ("PUT", 2), ("PUT", 3)):
        send(site, method=method)
        assert effects() == count
    assert send(site, None, "PATCH").status_code == 400


def test_a_class_based_view_is_kept_too(api: Any, send: Any, effects: Any) -> None:
    view = """
from rest_framework.response import Response
from rest_framework.views import APIView

class Make(APIView):
    authentication_classes = permission_classes = []

    def post(self, request):
        return Response({"id": Order.objects.create(item=request.data["item"]).pk}, 201)

handler = Make.as_view()
"""
    site = api({"a.py": HEAD + view})
    first, second = send(site), send(site)
    assert (first.status_code, second.status_code, effects()) == (201, 201, 1)
    assert first.content == second.content
    assert first.headers["Content-Type"] == second.headers["Content-Type"]


def test_a_django_response_with_a_length_and_a_cookie_is_sent_again_without_the_cookie(
    api: Any, send: Any, effects: Any
) -> None:
    text = f"""{HEAD}
from django.http import HttpResponse

def POST():
    Order.objects.create(item="x")
    headers = {{"Content-Length": "4", "X-A": "b"}}
    response = HttpResponse(b"made", "text/x-plain", 202, headers=headers)
    response.set_cookie("secret", "1")
    return response
"""
    site = api({"a.py": text})
    first, second = send(site), send(site)
    assert first.cookies["secret"].value == "1"
    assert (second.status_code, second.content, second.headers["Content-Type"]) == (
        202,
        b"made",
        "text/x-plain",
    )
    assert (second.headers["X-A"], dict(second.cookies), effects()) == ("b", {}, 1)


@pytest.mark.parametrize(
    "answer",
    [
        "res.set_cookie('secret', '1').status(204).end()",
        "res.send('text')",
        "res.send(b'\\x00\\xff')",
        "res.redirect('/api/b', 303)",
        "res.append_header('Vary', 'Accept').json(None)",
        "res.status(409).json('said by hand')",
    ],
    ids=["empty", "text", "bytes", "redirect", "header", "refused by hand"],
)
def test_every_answer_that_is_whole_is_sent_again(
    api: Any, send: Any, effects: Any, answer: str
) -> None:
    site = api({"a.py": f"{HEAD}\ndef POST(res):\n    Order.objects.create(item='x'); {answer}"})
    first, second = send(site), send(site)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    ours = {"Idempotency-Replayed": "true", "X-Request-ID": second.headers["X-Request-ID"]}
    assert dict(second.headers) == {**first.headers, **ours}
    assert (dict(second.cookies), effects()) == ({}, 1)


def test_h22_jobs_for_afterwards_run_once(
    api: Any, send: Any, transactional_db: None, caplog: Any
) -> None:
    text = f"""{HEAD}
import logging

def POST(res):
    res.after(logging.getLogger("jobs").warning, "the job ran").end()
"""
    site = api({"a.py": text})
    for _ in range(2):
        send(site).close()
    assert [record.message for record in caplog.records if record.name == "jobs"] == ["the job ran"]


def test_the_answer_is_stored_as_the_middleware_left_it(api: Any, send: Any, effects: Any) -> None:
    middleware = """
def middleware(req, res, next):
    next()
    res.set_header("X-Seen", req.path).status(202)
"""
    site = api({"a.py": ORDER, "_middleware.py": middleware})
    assert [send(site).status_code for _ in range(2)] == [202, 202]
    assert send(site).headers["X-Seen"] == "/api/a"
    assert effects() == 1


def test_headers_of_guards_are_those_of_each_request(api: Any, send: Any, effects: Any) -> None:
    limited = ORDER.replace("idempotent=True", "idempotent=True, rate='5/min'")
    site = api({"a.py": limited})
    left = [send(site).headers["RateLimit"].partition(";t=")[0] for _ in range(3)]
    assert left == ['"address";r=4', '"address";r=3', '"address";r=2']
    assert effects() == 1


def test_h22_a_body_beyond_the_limit_is_413_and_uses_no_key(
    api: Any, send: Any, effects: Any, kept: Any
) -> None:
    site = api({"a.py": ORDER.replace("idempotent=True", "idempotent=True, body_limit=20")})
    assert send(site, json={"item": 30 * "x"}).status_code == 413
    assert kept() == 0
    assert send(site, json=TEA).status_code == 201
