"""A refusal in detail: fields, headers, status and pointers."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from fileapi import HttpError
from fileapi.http.errors import pointer, refusal, title


def faults(error: Exception) -> list[tuple[str, str, str]]:
    refused = refusal(error)
    assert refused is not None
    return [(fault["pointer"], fault["message"], fault["kind"]) for fault in refused.errors or []]


def test_a_validation_error_of_django_lists_every_field() -> None:
    error = ValidationError(
        {
            "email": [ValidationError("%(v)s is bad", code="bad", params={"v": "x"}), "short"],
            "a/b~c": "odd",
            "__all__": ["both"],
        }
    )
    assert faults(error) == [
        ("/email", "x is bad", "bad"),
        ("/email", "short", "invalid"),
        ("/a~1b~0c", "odd", "invalid"),
        ("", "both", "invalid"),
    ]
    assert refusal(ValidationError("no field")) is None


def test_a_validation_error_of_drf_lists_every_field() -> None:
    from rest_framework.exceptions import ErrorDetail
    from rest_framework.exceptions import ValidationError as DrfError

    error = DrfError(
        {
            "email": [ErrorDetail("taken", code="unique"), "short"],
            "items": [{}, {"price": ["low"]}],
            "non_field_errors": ["both"],
        }
    )
    assert faults(error) == [
        ("/email", "taken", "unique"),
        ("/email", "short", "invalid"),
        ("/items/1/price", "low", "invalid"),
        ("", "both", "invalid"),
    ]
    assert faults(DrfError("text")) == [("", "text", "invalid")]


def test_headers_that_drf_would_send_are_sent() -> None:
    from rest_framework.exceptions import NotAuthenticated, Throttled

    error = NotAuthenticated()
    error.auth_header = "Bearer"
    refused = refusal(error)
    assert refused is not None
    assert (refused.status, refused.headers) == (401, {"WWW-Authenticate": "Bearer"})
    refused = refusal(Throttled(wait=29.5))
    assert refused is not None
    assert (refused.status, refused.headers) == (429, {"Retry-After": "30"})


@pytest.mark.parametrize("status", [200, 302, 399, 600, 0, -1])
def test_the_status_of_a_refusal_is_400_to_599(status: int) -> None:
    with pytest.raises(ValueError, match=r"the status of a refusal is 400 to 599"):
        HttpError(status)


def test_a_refusal_says_what_it_is_to_programmers() -> None:
    error = HttpError(409, "taken")
    assert (error.args, error.status, error.detail) == ((409, "taken"), 409, "taken")
    assert error.body() == (
        b'{"type":"about:blank","title":"Conflict","status":409,"detail":"taken"}'
    )
    assert (title(599), title(404)) == ("Error", "Not Found")


def test_a_pointer_is_that_of_rfc_6901() -> None:
    assert pointer(["a", 0, "b/c", "~"]) == "/a/0/b~1c/~0"
    assert pointer([]) == ""
