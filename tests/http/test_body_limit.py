"""No body beyond its limit is read, and none is cut short in silence."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.http.request import RawPostDataException

from fileapi.http.errors import HttpError
from fileapi.http.request import Request

from .requests import asgi, chunked, limit, wsgi


class CountingStream(BytesIO):
    """Remembers how much of it has been read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


def refused(req: Request) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        req.raw_body  # noqa: B018
    return caught.value.status, caught.value.detail


TOO_LARGE = (413, "The body is larger than body_limit allows: 10 bytes.")


def test_a_body_of_just_the_limit_is_read() -> None:
    assert wsgi(BytesIO(b"x" * 10), limit(10), CONTENT_LENGTH="10").raw_body == b"x" * 10
    assert chunked(BytesIO(b"x" * 10), limit(10)).raw_body == b"x" * 10
    assert asgi(BytesIO(b"x" * 10), limit(10), content_length="10").raw_body == b"x" * 10
    assert asgi(BytesIO(b"x" * 10), limit(10), transfer_encoding="chunked").raw_body == b"x" * 10


def test_a_longer_one_is_413_and_not_read_when_its_length_is_known() -> None:
    stream = CountingStream(b"x" * 11)
    assert refused(wsgi(stream, limit(10), CONTENT_LENGTH="11")) == TOO_LARGE
    assert refused(asgi(stream, limit(10), content_length="11")) == TOO_LARGE
    assert stream.taken == 0


def test_a_chunked_one_is_413_as_soon_as_it_is_longer() -> None:
    stream = CountingStream(b"x" * 10_000_000)
    assert refused(chunked(stream, limit(10))) == TOO_LARGE
    assert stream.taken <= 65_536
    assert refused(asgi(BytesIO(b"x" * 11), limit(10), transfer_encoding="chunked")) == TOO_LARGE


def test_none_is_no_limit() -> None:
    body = b"x" * 3_000_000
    assert chunked(BytesIO(body), limit(None)).raw_body == body
    assert wsgi(BytesIO(body), limit(None), CONTENT_LENGTH=str(len(body))).raw_body == body


def test_zero_refuses_every_body_and_lets_none_pass() -> None:
    assert wsgi(BytesIO(b""), limit(0)).raw_body == b""
    assert refused(wsgi(BytesIO(b"x"), limit(0), CONTENT_LENGTH="1"))[0] == 413


def test_a_chunked_body_is_parsed_like_any_other() -> None:
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    json = wsgi(BytesIO(b'{"a": 1}'), limit(100), CONTENT_TYPE="application/json", **environ)
    assert json.body == {"a": 1}
    multipart = wsgi(
        BytesIO(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'),
        limit(200),
        CONTENT_TYPE="multipart/form-data; boundary=b",
        **environ,
    )
    assert dict(multipart.body) == {"a": "1"}


def test_a_chunked_body_whose_end_the_server_does_not_tell_is_411() -> None:
    req = wsgi(BytesIO(b"x"), limit(10), HTTP_TRANSFER_ENCODING="chunked")
    assert refused(req) == (411, "Send the body with a Content-Length.")


def test_nothing_beyond_the_length_is_read() -> None:
    assert wsgi(BytesIO(b"bodyGET / HTTP/1.1"), limit(100), CONTENT_LENGTH="4").raw_body == b"body"
    assert wsgi(BytesIO(b"no length"), limit(100)).raw_body == b""


def test_a_body_that_ends_early_is_400() -> None:
    assert refused(wsgi(BytesIO(b"half"), limit(100), CONTENT_LENGTH="8")) == (
        400,
        "The body ended early.",
    )


@pytest.mark.parametrize("length", ["x", "1.5", "0x5", "5 5"])
def test_a_length_that_is_no_number_is_400(length: str) -> None:
    assert refused(wsgi(BytesIO(b"12345"), limit(100), CONTENT_LENGTH=length)) == (
        400,
        "Content-Length is no number.",
    )


def test_a_body_that_django_has_read_before_is_held_to_the_limit_too() -> None:
    req = wsgi(BytesIO(b"x" * 11), limit(10), CONTENT_LENGTH="11")
    assert req.django.body == b"x" * 11
    assert refused(req) == TOO_LARGE


def test_a_body_that_was_taken_as_a_stream_is_no_longer_there() -> None:
    req = wsgi(BytesIO(b"12345"), limit(10), CONTENT_LENGTH="5")
    req.django.read(2)
    with pytest.raises(RawPostDataException):
        req.raw_body  # noqa: B018


def test_413_is_a_problem_document_over_either_server(api: Any) -> None:
    served = api(
        {
            "a.py": """
                from fileapi import Config
                config = Config(body_limit="1kb")
                def POST(body): return len(body)
            """
        }
    )
    assert served.post("/api/a", data=b"x" * 1024).json() == 1024
    response = served.post("/api/a", data=b"x" * 1025)
    assert response.json() == {
        "type": "about:blank",
        "title": served.post("/api/a", data=b"x" * 1025).json()["title"],
        "status": 413,
        "detail": "The body is larger than body_limit allows: 1024 bytes.",
    }


def test_djangos_own_limits_on_forms_answer_400_or_413(api: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    served = api({"a.py": "def POST(body): return body"})
    form = "&".join(f"a{number}=1" for number in range(11))
    response = served.post("/api/a", data=form, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
