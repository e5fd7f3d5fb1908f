"""The collected static files, by the servers that the site runs under."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.client import Answer
from tests.live.servers import PRODUCTION, Server

NAME = "admin/css/base.css"


@pytest.fixture(scope="module", params=["gunicorn", "uvicorn"])
def site(
    request: pytest.FixtureRequest, app: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("static")
    # Django warns of a file that it would read whole before it sends the first byte.
    env = {**PRODUCTION, "DATABASE_URL": f"sqlite:///{folder}/db", "PYTHONWARNINGS": "error"}
    server = Server(request.param, "project", app, env, folder / "output.txt")
    server.wait_until_ready()
    yield server
    server.stop()


@pytest.fixture
def get(site: Server) -> Callable[..., Answer]:
    def get(path: str, **headers: str) -> Answer:
        return site.ask("GET", path, headers=headers)

    return get


@pytest.fixture(scope="module")
def hashed(app: Path) -> str:
    """The name of a file with the hash of its contents."""
    manifest = json.loads((app / "staticfiles" / "staticfiles.json").read_text())
    return str(manifest["paths"][NAME])


def test_a_file_whose_name_has_its_hash_is_kept_for_ever(get: Any, hashed: str, app: Path) -> None:
    answer = get(f"/static/{hashed}")
    assert (answer.status, answer.content_type) == (200, 'text/css; charset="utf-8"')
    assert answer.body == (app / "staticfiles" / hashed).read_bytes()
    assert "max-age=315360000" in answer.headers["cache-control"]
    assert "immutable" in answer.headers["cache-control"]


def test_the_page_of_the_admin_names_the_file_by_its_hash(get: Any, hashed: str) -> None:
    assert f"/static/{hashed}".encode() in get("/admin/login/").body


def test_it_was_compressed_when_the_image_was_made(get: Any, hashed: str) -> None:
    plain = get(f"/static/{hashed}")
    answer = get(f"/static/{hashed}", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == plain.body


def test_one_that_a_browser_has_is_not_sent_again(get: Any) -> None:
    tag = get(f"/static/{NAME}").headers["etag"]
    answer = get(f"/static/{NAME}", **{"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")


def test_head_has_the_same_length_and_no_body(site: Server, hashed: str) -> None:
    answer = site.ask("HEAD", f"/static/{hashed}")
    whole = site.ask("GET", f"/static/{hashed}")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.body))


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/none.css", "/static/../manage.py", "/static/%2e%2e/manage.py"],
)
def test_what_was_not_collected_is_not_there(get: Any, path: str) -> None:
    assert get(path).status == 404


def test_the_api_answers_as_it_does_without(get: Any) -> None:
    assert get("/api/hello").json() == {"message": "Hello, API!"}
