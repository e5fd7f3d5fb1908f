"""The types that are written, in the compiler and in a client of a real server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.live.servers import PRODUCTION, REPOSITORY, Server
from tests.live.sites import PACKAGE, write_site
from tests.test_docs import snippets

from .books import ROUTES
from .generated import files
from .npm import installed, prepared, ran
from .rich import FILES

HOW_TO_GET_IT = "Install Node.js with npm (apt-get install npm), and let npm reach its registry."


@pytest.fixture(scope="session")
def packages(need: Any) -> Path:
    found = installed() if shutil.which("node") else None
    need(found is not None, HOW_TO_GET_IT)
    assert found is not None
    return found


@pytest.fixture
def frontend(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frontend's folder."""
    folder = tmp_path / "frontend"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    return prepared(folder, packages)


@pytest.fixture
def write_types(frontend: Path, write_tree: Any, mount_tree: Any) -> Any:
    """Write the types of route files into the frontend's folder."""

    def write(tree: dict[str, str]) -> str:
        mount_tree(write_tree(tree))
        output = frontend / "api.d.ts"
        call_command("typescript", "--output", str(output))
        return output.read_text()

    return write


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[Server]:
    write_site(tmp_path, ROUTES)
    env = {**PRODUCTION, "WEB_CONCURRENCY": "1"}
    server = Server("gunicorn", PACKAGE, tmp_path, env, tmp_path / "output")
    server.wait_until_ready()
    yield server
    server.stop()


def compiled(folder: Path, *names: str) -> str:
    """Compile files, and return what the compiler complains of."""
    config = json.loads((folder / "tsconfig.json").read_text())
    (folder / "tsconfig.json").write_text(json.dumps({**config, "files": names}))
    done = ran(["tsc", "--project", "."], folder)
    assert (done.returncode == 0) == (done.stdout == ""), done.stdout + done.stderr
    return done.stdout


def test_the_example_compiles_and_runs_against_a_real_server(
    frontend: Path, write_types: Any, gunicorn: Server
) -> None:
    write_types(ROUTES)
    assert compiled(frontend, "call.ts") == ""
    done = ran(["node", "run.js", f"http://127.0.0.1:{gunicorn.port}"], frontend)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "one": {"id": 2, "title": "Emma", "pages": 0},
        "titles": ["EMMA"],
        "pages": 1,
        "deleted": 204,
        "refused": ["/title"],
    }


def test_what_the_api_does_not_have_does_not_compile(frontend: Path, write_types: Any) -> None:
    write_types(ROUTES)
    assert compiled(frontend, "wrong.ts") == ""  # each of its lines expects an error
    call = frontend / "call.ts"
    call.write_text(call.read_text().replace("{ title: ", "{ titel: "))
    assert "'titel' does not exist in type" in compiled(frontend, "call.ts")


def test_the_types_are_the_same_for_the_same_files(write_types: Any) -> None:
    assert write_types(ROUTES) == write_types(ROUTES)


def test_the_types_of_everything_compile(frontend: Path, write_types: Any) -> None:
    types = write_types(FILES)
    (frontend / "all.ts").write_text('import type {} from "./api.js";')
    assert compiled(frontend, "all.ts", "api.d.ts") == ""
    assert '"structs.byIdUuid.get"' in types


def test_the_documented_call_compiles(frontend: Path, write_types: Any) -> None:
    page = (REPOSITORY / "docs" / "openapi.md").read_text()
    write_types(snippets(REPOSITORY / "docs" / "openapi.md"))
    (frontend / "documented.ts").write_text(
        page.partition("```typescript\n")[2].partition("```")[0]
    )
    assert compiled(frontend, "documented.ts") == ""


@pytest.mark.parametrize("count", [300, 1000])
def test_many_routes_compile(frontend: Path, write_types: Any, count: int) -> None:
    write_types(files(count))
    (frontend / "many.ts").write_text(
        f"""
        import createClient from "openapi-fetch";
        import type {{ paths }} from "./api.js";
        const api = createClient<paths>({{ baseUrl: "" }});
        const last = {count // 2 - 1};
        const {{ data }} = await api.GET("/api/area1/things1/{{id}}", {{
          params: {{ path: {{ id: last }} }},
        }});
        data?.title;
        // @ts-expect-error: no such URL
        await api.GET("/api/area1/things2/{{id}}", {{ params: {{ path: {{ id: last }} }} }});
        """
    )
    assert compiled(frontend, "many.ts") == ""
