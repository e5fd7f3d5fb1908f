"""The collected static files, from this process: the admin's style sheets need no other server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, BinaryIO

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware

CHUNK = 64 * 1024  # bytes


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, which under ASGI would put a thread around every request of the site."""

    async_capable = True

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)
            self.serve = self.serve_async

    async def serve_async(self, static_file: Any, request: HttpRequest) -> Any:
        response = await sync_to_async(WhiteNoiseMiddleware.serve)(static_file, request)
        if file := response.file_to_stream:
            response.streaming_content = _chunks(file)
        return response


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await sync_to_async(file.read)(CHUNK):
        yield chunk
