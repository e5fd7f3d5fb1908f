from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

import fileapi
from fileapi.config import Config
from fileapi.urls import mount

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = sorted((ROOT / "fileapi").rglob("*.py"))
REFERENCE = (ROOT / "docs" / "reference.md").read_text()

SNIPPET = re.compile(r"^```python\n# project/api/(\S+)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def snippets(page: Path) -> dict[str, str]:
    return {match[1]: match[2] for match in SNIPPET.finditer(page.read_text())}


def code() -> str:
    return "\n".join(path.read_text() for path in SOURCES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_route_file_in_a_page_loads(page: Path, write_tree: Any, mount_tree: Any) -> None:
    files = snippets(page)
    folder = mount_tree(write_tree({**files, "present.py": "def GET(): return 1"})).folder
    assert folder.problems() == []
    for route in folder.routes():
        folder.endpoint(route).load()
    routed = {name for name in files if not name.endswith("_middleware.py")}
    assert {route.file for route in folder.routes()} == routed | {"present.py"}


def test_the_first_snippet_answers_as_the_readme_says(api: Any) -> None:
    readme = (ROOT / "README.md").read_text()
    site = api({"hello.py": snippets(ROOT / "README.md")["hello.py"]})
    assert f"$ curl http://localhost:8000/api/hello\n{site.get('/api/hello').content.decode()}" in (
        readme
    )


def test_the_documented_handlers_answer(api: Any) -> None:
    site = api(snippets(ROOT / "docs" / "handlers.md"))
    assert site.get("/api/notes/1").json() == {"id": 1, "text": "Buy milk"}
    assert site.put("/api/notes/2", json={"text": "Sleep"}).status_code == 204
    assert site.get("/api/notes/9").status_code == 404
    assert site.get("/api/search?q=a&limit=3").json() == {"q": "a", "limit": 3}
    assert site.get("/api/search?limit=many").status_code == 422
    assert site.get("/api/books").json() == [{"title": "Emma"}]


def test_the_documented_middleware_runs(api: Any) -> None:
    files = snippets(ROOT / "docs" / "middleware.md")
    site = api({**files, "reports/a.py": "def GET(): return 1"})
    assert site.get("/api/reports/a").headers["Server-Timing"].startswith("app;dur=")


def test_every_check_id_is_documented_and_every_documented_one_exists() -> None:
    used = set(re.findall(r'"(?:fileapi\.)?([EWI]0\d\d)"', code()))
    documented = re.findall(r"^\| `fileapi\.([EWI]0\d\d)` \|", REFERENCE, re.MULTILINE)
    assert sorted(used) == documented


def test_every_setting_is_documented() -> None:
    used = set(re.findall(r'settings, "(FILEAPI_\w+)"', code()))
    assert used == set(re.findall(r"^\| `(FILEAPI_\w+)` \|", REFERENCE, re.MULTILINE))


def test_every_command_is_documented() -> None:
    own = [name for name, app in get_commands().items() if app == "fileapi"]
    assert own
    for name in own:
        assert f"`manage.py {name}`" in REFERENCE


def test_every_config_field_is_documented() -> None:
    page = (ROOT / "docs" / "middleware.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(Config.__struct_fields__)


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_versions_in_the_readme_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert "django>=5.2" in project["dependencies"]
    readme = (ROOT / "README.md").read_text()
    assert "Django 5.2 LTS to\n6.x on Python 3.11 to 3.13" in readme


def test_the_public_names_have_docstrings() -> None:
    for name in fileapi.__all__:
        assert getattr(fileapi, name).__doc__
    assert mount.__doc__


def test_no_figure_of_the_race_was_typed_by_hand() -> None:
    from benchmarks.race import report

    assert (ROOT / "docs" / "performance.md").read_text() == report.page()
