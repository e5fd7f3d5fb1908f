"""Forms with files: each try has another boundary, and says the same."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HEAD

FORM = f"""{HEAD}
def POST(body, req, res):
    content = req.files["photo"].read()
    Order.objects.create(item=body["item"])
    res.status(201).send(content)
"""
SAME = {"item": "tea", "name": "a.png", "kind": "image/png", "content": b"\x89PNG\r\n"}


def form(boundary: str, item: str, name: str, kind: str, content: bytes) -> dict[str, Any]:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="item"\r\n\r\n{item}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return {
        "data": head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
        "content_type": f"multipart/form-data; boundary={boundary}",
    }


def test_h22_the_same_form_with_another_boundary_is_the_same_request(
    api: Any, send: Any, effects: Any
) -> None:
    site = api({"a.py": FORM})
    answers = [send(site, **form(boundary, **SAME)) for boundary in ("one", "two", "three")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, SAME["content"])}
    assert effects() == 1


@pytest.mark.parametrize(
    "other", [{"item": "x"}, {"name": "b.png"}, {"kind": "image/gif"}, {"content": b"\x89PNG\r\n."}]
)
def test_h22_a_form_that_says_something_else_is_422(
    api: Any, send: Any, effects: Any, other: dict[str, Any]
) -> None:
    site = api({"a.py": FORM})
    send(site, **form("one", **SAME))
    assert send(site, **form("one", **{**SAME, **other})).status_code == 422
    assert effects() == 1


def test_a_form_that_is_cut_off_is_400(api: Any, send: Any, effects: Any, kept: Any) -> None:
    cut = form("one", **SAME)
    cut["data"] = cut["data"][:-10]
    assert send(api({"a.py": FORM}), **cut).status_code == 400
    assert (effects(), kept()) == (0, 0)


def test_a_form_that_a_middleware_of_djangos_has_parsed_is_told_apart_too(
    api: Any, send: Any, effects: Any, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.reading_forms"]
    site = api({"a.py": FORM})
    sent = [SAME, SAME, {**SAME, "content": b"other"}]
    assert [send(site, **form("one", **each)).status_code for each in sent] == [201, 201, 422]
    assert effects() == 1


def reading_forms(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        request.POST  # noqa: B018
        return get_response(request)

    return middleware
