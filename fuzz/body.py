"""BodyStream and parse(): any body is a value that can be answered with, or a 4xx."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import atheris
from django.core.handlers.wsgi import WSGIRequest

from .harness import instrumented, run

with instrumented():
    from fileapi.config import DEFAULTS, Config
    from fileapi.http.body import parse
    from fileapi.http.errors import refusal
    from fileapi.http.json import encode
    from fileapi.http.reading import BodyStream, read

TYPES = [
    "",
    "application/json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "text/plain",
    "text/plain; charset=latin-1",
    "application/octet-stream",
]
NOT_IN_A_HEADER = bytes({*range(0x20), 0x7F})  # servers refuse these
SMALL = Config(body_limit=64).under(DEFAULTS)


def test_one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    content_type = provider.PickValueInList(TYPES)
    if provider.ConsumeBool():
        content_type += provider.ConsumeBytes(24).translate(None, NOT_IN_A_HEADER).decode("latin-1")
    config = SMALL if provider.ConsumeBool() else DEFAULTS
    kind = provider.ConsumeIntInRange(0, 5)
    size = provider.ConsumeIntInRange(1, 100)
    body = provider.ConsumeBytes(provider.remaining_bytes())
    declared = [len(body), len(body), len(body) // 2, len(body) + 1, None, None][kind]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_TYPE": content_type,
        "wsgi.input": BytesIO(body),
    }
    if declared is None:
        environ |= {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    else:
        environ["CONTENT_LENGTH"] = str(declared)
    try:
        request = WSGIRequest(environ)
    except ValueError:  # Django's own, see README.md
        return
    if kind == 1:
        stream_in_parts(request, config, body, size)
    else:
        parse_whole(request, config, body[:declared])


def stream_in_parts(request: WSGIRequest, config: Config, body: bytes, size: int) -> None:
    got = b""
    try:
        stream = BodyStream(request, config)
        while part := stream.read(size):
            assert len(part) <= size
            got += part
        assert got == body
    except Exception as error:
        check_refused(error)
        assert len(body) > config.body_limit


def parse_whole(request: WSGIRequest, config: Config, body: bytes) -> None:
    try:
        value = parse(request, config)
        if not isinstance(value, bytes):
            encode(value)
    except Exception as error:
        check_refused(error)
        return
    if request.content_type != "multipart/form-data":
        assert read(request, config) == body
        assert len(body) <= config.body_limit


def check_refused(error: Exception) -> None:
    refused = refusal(error)
    if refused is None or refused.status >= 500:
        raise error
    refused.body()


if __name__ == "__main__":
    run(test_one, "body.dict")
