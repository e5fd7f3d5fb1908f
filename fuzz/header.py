"""header(): what it lets through is one line of Latin-1; all else is a ValueError."""

from __future__ import annotations

import re

import atheris

from .harness import instrumented, run

with instrumented():
    from fileapi.http.headers import header

NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
LINE = re.compile(rb"[\t\x20-\x7e\xa0-\xff]*")
FORBIDDEN = {
    "connection",
    "content-length",
    "keep-alive",
    "set-cookie",
    "transfer-encoding",
    "upgrade",
}


def test_one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    name = provider.ConsumeUnicode(24) if provider.ConsumeBool() else "X-Fuzzed"
    value = provider.ConsumeUnicode(64)
    sent = value.split(";") if provider.ConsumeBool() else value
    try:
        found, text = header(name, sent)
    except ValueError:
        return
    assert found == name
    assert NAME.fullmatch(name), name
    assert name.lower() not in FORBIDDEN, name
    assert LINE.fullmatch(text.encode("latin-1")), text
    assert text == (sent if isinstance(sent, str) else ", ".join(sent))


if __name__ == "__main__":
    run(test_one, "header.dict")
