"""A file as an answer: whole, a part of it (RFC 9110, 14), or not again."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

from .conditional import matches
from .errors import HttpError
from .ready import BareResponse, Header, ReadyResponse
from .streaming import StreamResponse, bridged

BLOCK = 65_536  # bytes


class Download:
    """An open file, and what its headers say."""

    def __init__(self, file: str | os.PathLike[str] | IO[bytes], filename: str | None) -> None:
        self.file: IO[bytes]
        if isinstance(file, (str, os.PathLike)):
            self.file = open(file, "rb")  # noqa: SIM115 - closed with the response
        else:
            self.file = file
        own = getattr(self.file, "name", None)  # a number for one that has no path
        name = filename or (os.path.basename(own) if isinstance(own, str) else "")
        self.headers: dict[str, str] = {"Accept-Ranges": "bytes"}
        self.content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        disposition = content_disposition_header(filename is not None, name) if name else None
        if disposition:
            self.headers["Content-Disposition"] = disposition
        self.modified: float | None = None
        self.size = self.file.seek(0, os.SEEK_END)
        try:
            status = os.fstat(self.file.fileno())
        except (OSError, AttributeError):
            return  # a file in memory has no date
        self.modified = status.st_mtime
        self.headers["Last-Modified"] = http_date(status.st_mtime)
        self.headers["ETag"] = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'

    def response(
        self, status: int, request: HttpRequest, store: dict[str, Header], max_streams: int | None
    ) -> HttpResponseBase:
        """Return the file, or as much of it as the client asked for.

        Raises HttpError 416 for a range outside the file.
        """
        first, length = 0, self.size
        for name, value in self.headers.items():
            store.setdefault(name.lower(), (name, value))
        tag = store["etag"][1] if "etag" in store else None
        if status == 200:
            status, first, length = self._wanted(request, tag)
        if status == 206:
            last = first + length - 1
            store["content-range"] = ("Content-Range", f"bytes {first}-{last}/{self.size}")
        if status in (204, 304):
            self.discard()
            return BareResponse(status, store, b"", None)
        store["content-length"] = ("Content-Length", str(length))
        if request.method == "HEAD":
            self.discard()
            return ReadyResponse(status, store, b"", None)
        response = StreamResponse(bridged(self._parts(first, length), request), status=status)
        response._resource_closers.append(self.discard)  # type: ignore[attr-defined]
        return response

    def discard(self) -> None:
        """Close the file."""
        self.file.close()

    def _wanted(self, request: HttpRequest, tag: str | None) -> tuple[int, int, int]:
        if request.method not in ("GET", "HEAD"):
            return 200, 0, self.size
        if self._is_known_to(request, tag):
            return 304, 0, 0
        wanted = request.META.get("HTTP_RANGE")
        if wanted is None or not self._is_meant_by(request.META.get("HTTP_IF_RANGE"), tag):
            return 200, 0, self.size
        found = byte_range(wanted, self.size)
        if found is None:
            return 200, 0, self.size
        first, last = found
        if first > last:
            raise HttpError(
                416,
                "The range is outside the file.",
                headers={"Content-Range": f"bytes */{self.size}"},
            )
        return 206, first, last - first + 1

    def _parts(self, first: int, length: int) -> Iterator[bytes]:
        try:
            self.file.seek(first)
            while length > 0 and (block := self.file.read(min(BLOCK, length))):
                length -= len(block)
                yield block
        finally:
            self.file.close()

    def _is_known_to(self, request: HttpRequest, tag: str | None) -> bool:
        known = request.META.get("HTTP_IF_NONE_MATCH")
        if known is not None:
            return tag is not None and matches(known, tag)
        since = request.META.get("HTTP_IF_MODIFIED_SINCE")
        date = parse_http_date_safe(since) if since else None
        return date is not None and self.modified is not None and int(self.modified) <= date

    def _is_meant_by(self, if_range: str | None, tag: str | None) -> bool:
        if if_range is None:
            return True
        return if_range in (tag, self.headers.get("Last-Modified"))


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte of a ``Range`` header with one range, ``bytes=0-499``.

    None for what a server may ignore: another unit, several ranges, no numbers. A range outside
    the file has a first byte behind its last.
    """
    unit, _, ranges = header.partition("=")
    first, dash, last = ranges.strip().partition("-")
    numbers = [text for text in (first, last) if text]
    if unit.strip().lower() != "bytes" or not dash or not numbers:
        return None
    if not all(text.isascii() and text.isdigit() and len(text) < 20 for text in numbers):
        return None
    if not first:
        length = min(int(last), size)
        return (size - length, size - 1) if length else (size, size - 1)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1
