"""What the source of fileapi reads, imports and matches, held against lists that were reviewed."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fileapi.http import conditional, sse
from fileapi.http import json as json_text

PACKAGE = Path(__file__).parents[2] / "fileapi"

# Who may read which header, and what for. A new line here is a new thing that clients decide.
REVIEWED = {
    "CONTENT_LENGTH": {
        "http/body.py",  # how long the body is
        "http/reading.py",
        "serverless/environ.py",  # how long it is after AWS has decoded it
        "serverless/vercel.py",  # the runtime's, where the client has sent none: left out
        "wsgi.py",  # the limit of the stream, as in Django
    },
    "CONTENT_TYPE": {
        "idempotency/digests.py",  # when a request is the same one again
        "serverless/environ.py",  # both write it for the application
        "serverless/vercel.py",
    },
    "HTTP_ACCEPT": {"endpoint/view.py"},  # with DEBUG alone: the technical page, or JSON
    "HTTP_AUTHORIZATION": {
        "api_keys/authentication.py",  # a key
        "auth/jwt.py",  # a token
        "guards/cache/key.py",  # there: no answer is shared, but by user
        "guards/origin.py",  # there: no browser sent it for another site
        "idempotency/digests.py",  # whose key it is, where no user is known
    },
    "HTTP_CONTENT_ENCODING": {"http/body.py", "types/contract.py"},  # any but identity is refused
    "HTTP_COOKIE": {
        "guards/cache/key.py",  # there: no answer is shared, but by user
        "guards/origin.py",  # there: the origin counts
        "serverless/environ.py",  # an empty one is left out
        "wsgi.py",  # not there: there are no cookies to parse
    },
    "HTTP_IDEMPOTENCY_KEY": {"guards/idempotency.py"},  # the answer to the first try
    "HTTP_IF_MODIFIED_SINCE": {"http/files.py"},  # 304
    "HTTP_IF_NONE_MATCH": {"http/files.py", "http/pending.py"},  # 304
    "HTTP_IF_RANGE": {"http/files.py"},  # a part, or the whole file
    "HTTP_ORIGIN": {"guards/origin.py"},  # 403, or pass
    "HTTP_RANGE": {"http/files.py"},  # which part
    "HTTP_REFERER": {"guards/origin.py"},  # 403, or pass
    "HTTP_SEC_FETCH_SITE": {"guards/origin.py"},  # 403, or pass
    "HTTP_TRANSFER_ENCODING": {
        "http/reading.py",  # 411
        "serverless/vercel.py",  # undone by Vercel: left out
    },
    "HTTP_TRACEPARENT": {
        "http/client.py",  # the request's id, if it is valid
        "serverless/environ.py",  # there: AWS's id is not used
    },
    "HTTP_X_FORWARDED_FOR": {"http/client.py"},  # of trusted proxies alone
    "HTTP_X_REAL_IP": {"serverless/vercel.py"},  # Vercel's own word for the client
    "HTTP_X_REQUEST_ID": {
        "http/client.py",  # repeated if harmless
        "serverless/environ.py",  # AWS's, where the client has sent none
    },
    "REMOTE_ADDR": {
        "http/client.py",  # the server's word, not the client's
        "serverless/environ.py",  # AWS's word
        "serverless/vercel.py",
    },
    # Where a request without a Host has come to.
    "SERVER_NAME": {"serverless/environ.py"},
    "SERVER_PORT": {"serverless/environ.py"},
    # Through Django, which reads headers for them.
    ".COOKIES": {"http/request.py"},  # for the handler
    ".content_params": {"http/body.py"},  # the charset
    # How the body is parsed, and when a form is the same one again.
    ".content_type": {"http/body.py", "idempotency/digests.py", "types/contract.py"},
    ".get_host": {"guards/cache/key.py", "guards/origin.py"},  # held against ALLOWED_HOSTS
    ".headers": {
        "guards/cache/key.py",  # those that a Cache names
        "http/request.py",  # for the handler
        "webhooks/verification.py",  # signatures
    },
    ".scheme": {"guards/cache/key.py", "guards/origin.py"},  # SECURE_PROXY_SSL_HEADER
}

_META = re.compile(r"(HTTP_[A-Z_]+|CONTENT_(TYPE|LENGTH)|REMOTE_[A-Z]+|SERVER_[A-Z]+|AUTH_TYPE)")
_OF_DJANGO = {name[1:] for name in REVIEWED if name.startswith(".")}


def test_a19_every_header_that_the_source_reads_was_reviewed() -> None:
    found: dict[str, set[str]] = {}
    for file, tree in _sources():
        for name in _headers_read(tree):
            found.setdefault(name, set()).add(file)
    assert found == REVIEWED


def _headers_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _META.fullmatch(node.value):
                yield node.value
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and node.attr in _OF_DJANGO
            and _is_request(node.value)
        ):
            yield f".{node.attr}"


def _is_request(node: ast.expr) -> bool:
    """Tell ``request``, ``django``, ``req.django`` and ``self.django`` from other names."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ("request", "django", "req")


def test_a19_a_header_is_read_by_its_written_name_alone() -> None:
    for file, tree in _sources():
        for node in ast.walk(tree):
            key = _key_of_meta(node)
            assert key is None or isinstance(key, ast.Constant), f"{file}:{key.lineno}"


def _key_of_meta(node: ast.AST) -> ast.expr | None:
    """Return the key in ``x.META[key]`` and ``x.META.get(key)``."""
    if isinstance(node, ast.Subscript) and _is_meta(node.value):
        return node.slice
    function = getattr(node, "func", None)
    if getattr(function, "attr", "") == "get" and _is_meta(getattr(function, "value", None)):
        return node.args[0]  # type: ignore[attr-defined]
    return None


def _is_meta(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "META"


NEVER = {
    "c37": {"pickle", "marshal", "shelve", "yaml", "dill", "xml", "plistlib", "jsonpickle"},
    "d24": {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib", "socket"},
    "shells": {"subprocess", "ctypes", "pty"},
}


# JWKS_URL of the settings, which no client has a say in.
FETCHES = "auth/fetch.py"
# npm's tool, by a command of manage.py.
RUNS = "management/commands/typescript.py"


@pytest.mark.parametrize("kind", NEVER)
def test_c37_d24_nothing_is_unpickled_and_nothing_is_fetched(kind: str) -> None:
    found = {
        f"{file}: {name}"
        for file, tree in _sources()
        for name in _imports(tree)
        if (kind, file) not in (("d24", FETCHES), ("shells", RUNS))
        and any(name == bad or name.startswith(f"{bad}.") for bad in NEVER[kind])
    }
    assert found == set()


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# The expressions that a client's text meets; those of file names are met by the disk alone.
MATCHED = {
    "guards/rate.py": 2,  # a project's own rates
    "http/conditional.py": 1,
    "http/json.py": 1,
    "http/sse.py": 2,
    "routing/resolver.py": 1,  # a project's own path converter
    "routing/segments.py": 2,
    "webhooks/schemes.py": 1,
    "openapi/names.py": 1,  # a project's own file names
    "openapi/schemas.py": 1,  # a project's own type names
}
HOSTILE = ['"', '"\\', "\r\n", 'W/"', "W/", "\\", '"a"', "x", '"\n']


def test_c36_every_regular_expression_of_the_source_was_reviewed() -> None:
    found: dict[str, int] = {}
    for file, tree in _sources():
        count = sum(_is_regex(node) for node in ast.walk(tree))
        if count:
            found[file] = count
    assert found == MATCHED


def _is_regex(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Name):
        return function.id == "_lazy_re_compile"
    owner = getattr(function, "value", None)
    return isinstance(owner, ast.Name) and owner.id == "re"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_c36_each_of_them_takes_linear_time(hostile: str) -> None:
    """At 1 MB in a tenth of a second, 32 KB take a thirtieth of that, or 100 times as long."""
    text = (32_768 // len(hostile)) * hostile
    calls: list[Any] = [
        lambda: conditional.matches(text, '"1"'),
        lambda: json_text._STRING.sub(b"", text.encode()),  # type: ignore[attr-defined]
        lambda: sse._LINE.split(text),
        lambda: sse.Event(id="x" * len(text)),
    ]
    for call in calls:
        start = time.process_time()
        call()
        assert time.process_time() - start < 0.5


def _sources() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text())
