"""The requests that gunicorn and Lambda have to answer the same."""

from __future__ import annotations

from .events import Call

JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
BYTES = ("Content-Type", "application/octet-stream")

_BOUNDARY = "----limit"
_MULTIPART = ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}")
_PART = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode()
_END = f"--{_BOUNDARY}--\r\n".encode()
_UPLOAD = (
    _PART
    + b'title"\r\n\r\nZo\xc3\xab\r\n'
    + _PART
    + b'title"\r\n\r\nagain\r\n'
    + _PART
    + b'picture"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n'
    + bytes(range(256))
    + b"\r\n"
    + _PART
    + b'empty"; filename="e"\r\n\r\n\r\n'
    + _END
)

METHODS = [
    Call(method, "/api/echo")
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
]

PATHS = [
    Call("GET", path)
    for path in (
        "/api",
        "/api/",
        "/api/echo/",
        "/api/nothing-here",
        "/nowhere",
        "/",
        "/api/echo/path/a/b/c",
        "/api/echo/path/a%20b",
        "/api/echo/path/a+b",
        "/api/echo/path/Zo%C3%AB/%E6%9D%B1%E4%BA%AC",
        "/api/echo/path/%F0%9F%98%80",
        "/api/echo/path/a%2Fb",
        "/api/echo/path/a%2fb%3Fc%23d",
        "/api/echo/path/%2541",
        "/api/echo/path/%25zz",
        "/api/echo/path/%zz",
        "/api/echo/path/100%25",
        "/api/echo/path/a%26b=c;d,e:f@g!$'()*~",
        "/api/echo/path/%ff%fe",
        "/api/echo/path/%c3",
        "/api/echo/path/a%00b",
        "/api/echo/path/a%0d%0aX:1",
        "/api/echo/path/..",
        "/api/echo/path/%2e%2e/b",
        "/api/echo/path//b",
        "/api%2Fecho",
        "/api/ECHO",
        "/api/status/401",
        "/api/status/x",
    )
]

QUERIES = [
    Call("GET", "/api/echo", query)
    for query in (
        "a=1",
        "a=1&a=2&a=3",
        "b=2&a=1&b=1",
        "a",
        "a=",
        "=1",
        "&&a=1&",
        "a=b=c",
        "a=1%202+3",
        "a=%2B%26%3D%23",
        "a=%2541",
        "a=%zz",
        "Zo%C3%AB=%E6%9D%B1%E4%BA%AC",
        "a=%F0%9F%98%80",
        "a=%ff",
        "a%5B%5D=1&a%5Bx%5D=2",
        "a[]=1",
        "q=it's+(a)+*test*!~$,;:@/?",
        "path=/x/y?z",
        "a=%0d%0ab",
        "a=%00",
    )
] + [
    Call("GET", "/api/typed", "limit=3"),
    Call("GET", "/api/typed", "limit=many"),
    Call("GET", "/api/typed"),
]

HEADERS = [
    Call("GET", "/api/echo", headers=headers)
    for headers in (
        (("x-oDD-cASE", "Kept As It Is"),),
        (("X-Comma", "a, b,c"),),
        (("X-Twice", "1"), ("X-Twice", "2")),
        (("X-Twice", "1"), ("x-twice", "2")),
        (("X_Forwarded_For", "203.0.113.9"), ("X-Real", "1")),
        (("x_request_id", "forged"),),
        (("X-Empty", ""),),
        (("X-Padded", "  a b\t"),),
        (("X-Odd!#$%&'*+.^`|~1", "token"),),
        (("X-Long", "a" * 4000),),
        (("Cookie", "a=1"),),
        (("Cookie", "a=1; b=two; c=%C3%AB; d=x=y"),),
        (("Cookie", 'quoted="a\\054b"; bare; a=1; a=2'),),
        (("Accept", "text/html"), ("Accept-Language", "de")),
        (("Authorization", "Bearer not-a-token"),),
        (("Range", "bytes=0-9"),),
        (("Content-Type", "application/json"),),
    )
]

BODIES = [
    Call("POST", "/api/echo", body=b'{"a": [1, 2.5, null, "Zo\xc3\xab"]}', headers=(JSON,)),
    Call("PUT", "/api/echo", body=b'"\\ud83d\\ude00"', headers=(JSON,)),
    Call("POST", "/api/echo", body=b"{", headers=(JSON,)),
    Call("POST", "/api/echo", body=b'"\xff"', headers=(JSON,)),
    Call("POST", "/api/echo", body=b"\xef\xbb\xbf{}", headers=(JSON,)),
    Call("POST", "/api/echo", body=b"NaN", headers=(JSON,)),
    Call("POST", "/api/echo", headers=(JSON,)),
    Call("POST", "/api/echo", headers=(JSON, ("Content-Length", "0"))),
    Call("POST", "/api/echo", body=b"{}", headers=(("content-type", "Application/JSON"),)),
    Call("POST", "/api/echo", body=b"{}", headers=(("Content-Type", "application/x+json"),)),
    Call("POST", "/api/echo", body=b"a=1&a=2&b=%C3%AB+x", headers=(FORM,)),
    Call("PATCH", "/api/echo", body=b"a=%2541", headers=(FORM,)),
    Call("POST", "/api/echo", body=bytes(range(256)), headers=(BYTES,)),
    Call("POST", "/api/echo", body=b"\x00", headers=(BYTES,)),
    Call("POST", "/api/echo", body=b"plain", headers=()),
    Call("POST", "/api/echo", body="Zoë".encode(), headers=(("Content-Type", "text/plain"),)),
    Call(
        "POST",
        "/api/echo",
        body="Zoë".encode("latin-1"),
        headers=(("Content-Type", "text/plain; charset=latin-1"),),
    ),
    Call("POST", "/api/echo", body=b"x", headers=(JSON, ("Content-Encoding", "gzip"))),
    Call("POST", "/api/echo", body=b"x" * 1_048_577, headers=(BYTES,)),
    Call("POST", "/api/echo/upload", body=_UPLOAD, headers=(_MULTIPART,)),
    Call("POST", "/api/echo/upload", body=_UPLOAD[:-30], headers=(_MULTIPART,)),
    Call("POST", "/api/echo/upload", body=b"a=1", headers=(FORM,)),
    Call("PUT", "/api/echo/stream", body=b"\xff" * 200_000, headers=(BYTES,)),
    Call("PUT", "/api/echo/stream"),
    Call("POST", "/api/typed", body=b'{"name": "a"}', headers=(JSON,)),
    Call("POST", "/api/typed", body=b'{"name": 1, "count": "x"}', headers=(JSON,)),
    Call("POST", "/api/typed", body=b"name=a&count=3", headers=(FORM,)),
    Call("POST", "/api/typed", body=b"[]", headers=(JSON,)),
    Call("POST", "/api/typed", body=b"x", headers=(("Content-Type", "text/csv"),)),
]

REFUSALS = [
    *(
        Call("GET", f"/api/status/{code}")
        for code in (400, 403, 404, 405, 409, 410, 415, 418, 422, 429, 500, 502, 503)
    ),
    Call("GET", "/api/status/200"),
    Call("DELETE", "/api/typed"),
    Call("OPTIONS", "/api/typed"),
    Call("HEAD", "/api/typed"),
    Call("TRACE", "/api/typed"),
    Call("GET", "/api/broken"),
    Call("GET", "/api/twice"),
    Call("GET", "/api/wrong"),
    # Of another site, by its browser.
    Call(
        "POST",
        "/api/echo",
        headers=(("Cookie", "a=1"), ("Origin", "https://evil.example")),
    ),
    Call("POST", "/api/echo", headers=(("Cookie", "a=1"), ("Origin", "https://127.0.0.1"))),
]

ANSWERS = [
    *(
        Call("GET", f"/api/answers/{name}")
        for name in (
            "bytes",
            "text",
            "latin",
            "zipped",
            "ascii_bytes",
            "cookies",
            "empty",
            "null",
            "headers",
            "stream",
            "events",
            "later",
            "file",
            "django",
        )
    ),
    *(
        Call("HEAD", f"/api/answers/{name}")
        for name in ("bytes", "text", "stream", "file", "cookies", "django", "later")
    ),
    Call("DELETE", "/api/answers/empty"),
    Call("POST", "/api/answers/null"),
    Call("GET", "/api/answers/file", headers=(("Range", "bytes=100-109"),)),
    Call("GET", "/api/answers/file", headers=(("Range", "bytes=900-"),)),
    Call("GET", "/api/answers/redirect", "to=/api/echo"),
    Call("GET", "/api/answers/redirect", "to=https://example.com/%C3%AB?a=1&status=301"),
    Call("POST", "/api/answers/redirect", "to=/x&status=303"),
    Call("GET", "/api/answers/redirect", "to=javascript:1"),
    Call("GET", "/api/answers/redirect", "to=/x%0d%0aX-Injected:1"),
    Call("GET", "/api/answers/headers", headers=(("If-None-Match", "*"),)),
    Call("GET", "/api/answers/headers", headers=(("If-None-Match", 'W/"x", "y"'),)),
    Call("HEAD", "/api/answers/headers", headers=(("If-None-Match", "*"),)),
    Call("GET", "/api/answers/cookies", headers=(("If-None-Match", "*"),)),
]

CALLS = [*METHODS, *PATHS, *QUERIES, *HEADERS, *BODIES, *REFUSALS, *ANSWERS]
