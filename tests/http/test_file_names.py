"""``res.file()``: under which name and type, and that what was opened is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fileapi.http.pending import Unanswerable
from fileapi.http.response import Response

from .exchange import read
from .requests import finished


class Noting:
    """A binary file that tells whether it has been closed."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("rb")
        for name in ("read", "seek", "fileno", "close", "name"):
            setattr(self, name, getattr(self.file, name))

    @property
    def closed(self) -> bool:
        return self.file.closed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a;b")
    return path


def disposition(res: Response) -> str | None:
    response = finished(res, "HEAD")
    return response.headers.get("Content-Disposition")


@pytest.mark.parametrize(
    ("filename", "line"),
    [
        ("a.csv", 'attachment; filename="a.csv"'),
        ("a b.csv", 'attachment; filename="a b.csv"'),
        ('a";x.bat', r'attachment; filename="a\";x.bat"'),
        ('"; filename=evil.bat', r'attachment; filename="\"; filename=evil.bat"'),
        ("a\\", r'attachment; filename="a\\"'),
        ("a;b=c", 'attachment; filename="a;b=c"'),
        ("a\r\nX-B: c", "attachment; filename*=utf-8''a%0D%0AX-B%3A%20c"),
        ("a\nb", "attachment; filename*=utf-8''a%0Ab"),
        ("a\0b", "attachment; filename*=utf-8''a%00b"),
        ("ä.csv", "attachment; filename*=utf-8''%C3%A4.csv"),
        ("日本.csv", "attachment; filename*=utf-8''%E6%97%A5%E6%9C%AC.csv"),
        ("ä';x=y", "attachment; filename*=utf-8''%C3%A4%27%3Bx%3Dy"),
        ("\u202egnp.exe", "attachment; filename*=utf-8''%E2%80%AEgnp.exe"),
    ],
)
def test_D26_a_file_name_never_becomes_a_second_parameter(
    path: Path, filename: str, line: str
) -> None:
    assert disposition(Response().file(path, filename=filename)) == line


def test_without_a_name_of_its_own_a_file_is_shown_under_its_own(path: Path) -> None:
    assert disposition(Response().file(path)) == 'inline; filename="report.csv"'
    with path.open("rb") as file:
        assert disposition(Response().file(file)) == 'inline; filename="report.csv"'


def test_a_file_without_a_name_has_none() -> None:
    from tempfile import TemporaryFile

    from django.core.files.base import ContentFile

    assert disposition(Response().file(ContentFile(b"x"))) is None
    with TemporaryFile() as file:  # its name is a number
        assert disposition(Response().file(file)) is None


def test_a_file_of_djangos_storage_is_sent(api: Any, exchange: Any, path: Path) -> None:
    api(
        {
            "a.py": f"""
                from django.core.files.base import ContentFile, File
                def GET(res): res.file(File(open({str(path)!r}, "rb")))
                def POST(res): res.file(ContentFile(b"content", name="c.json"))
            """
        }
    )
    stored, made = exchange("GET", "/api/a"), exchange("POST", "/api/a")
    assert (stored.headers["Content-Type"], read(stored)) == ("text/csv", b"a;b")
    assert (made.headers["Content-Type"], read(made)) == ("application/json", b"content")
    assert stored.headers["Content-Disposition"] == 'inline; filename="report.csv"'


def test_the_type_is_that_of_the_name_unless_said_otherwise(path: Path) -> None:
    def content_type(res: Response) -> str:
        return str(finished(res, "HEAD").headers["Content-Type"])

    assert content_type(Response().file(path)) == "text/csv"
    assert content_type(Response().file(path, filename="a.pdf")) == "application/pdf"
    assert content_type(Response().file(path, filename="a.unknown")) == "application/octet-stream"
    assert content_type(Response().file(path, "text/x")) == "text/x"
    assert content_type(Response().file(path).set_header("Content-Type", "text/y")) == "text/y"


def test_a_file_is_closed_however_its_answer_ends(
    api: Any, exchange: Any, gate: Any, path: Path
) -> None:
    gate.open_file = lambda: gate.log.append(Noting(path)) or gate.log[-1]
    api(
        {
            "a.py": """
                from tests.http.gate import gate
                def handler(req, res, query):
                    res.status(int(query.get("status", "200"))).file(gate.open_file())
            """,
            "instead/_middleware.py": """
                def middleware(req, res, next):
                    next()
                    res.json("instead")
            """,
            "instead/a.py": """
                from tests.http.gate import gate
                def GET(res): res.file(gate.open_file())
            """,
        }
    )
    for method, url, headers in [
        ("GET", "a", {}),
        ("HEAD", "a", {}),
        ("GET", "a?status=204", {}),
        ("GET", "a?status=304", {}),
        ("GET", "a", {"If-None-Match": "*"}),
        ("GET", "a", {"Range": "bytes=0-0"}),
        ("GET", "a", {"Range": "bytes=9-"}),
        ("GET", "instead/a", {}),
    ]:
        read(exchange(method, f"/api/{url}", headers=headers))
        assert gate.log.pop().closed, (method, url, headers)
    left = exchange("GET", "/api/a")
    left.part()
    left.leave()
    assert gate.log.pop().closed


def test_a_file_is_closed_when_nobody_has_read_any_of_it(
    api: Any, exchange: Any, gate: Any, path: Path
) -> None:
    gate.log.append(Noting(path))
    api({"a.py": "from tests.http.gate import gate\ndef GET(res): res.file(gate.log[0])"})
    exchange("GET", "/api/a").leave()
    was_closed = gate.log[0].closed
    gate.log[0].close()
    assert was_closed


def test_a_file_that_is_not_sent_is_not_left_open(path: Path, monkeypatch: Any) -> None:
    opened: list[Any] = []

    def noting_open(*args: Any) -> Any:
        opened.append(open(*args))  # noqa: SIM115
        return opened[-1]

    monkeypatch.setattr("fileapi.http.files.open", noting_open, raising=False)
    with pytest.raises(Unanswerable):
        Response().json(1).file(path)
    with pytest.raises(ValueError, match="control character"):
        Response().file(path, "text/plain\r\nX: y")
    still_open = [file for file in opened if not file.closed]
    for file in still_open:
        file.close()
    assert still_open == []


def test_a_path_that_is_not_there_is_the_handlers_bug_and_stays_secret(
    api: Any, path: Path
) -> None:
    served = api(
        {
            "missing.py": f"def GET(res): res.file({str(path) + 'x'!r})",
            "folder.py": f"def GET(res): res.file({str(path.parent)!r})",
        }
    )
    for url in ("missing", "folder"):
        response = served.get(f"/api/{url}")
        assert (response.status_code, response.headers["Content-Type"]) == (
            500,
            "application/problem+json",
        )
        assert str(path.parent).encode() not in response.content
    with pytest.raises(FileNotFoundError):
        Response().file(path.with_name("missing"))
