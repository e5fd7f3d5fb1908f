"""Route files are ordinary modules, whatever they are called."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

from fileapi.endpoint.module import module_name

ODD_NAMES = "tests.trees.odd_names"


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Whether a file is imported by its first request, or before it."""
    return str(request.param)


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("/api/42", {"file": "[id].py", "id": "42", "shared": "shared"}),
        (
            "/api/42/posts",
            {"file": "[id]/posts.py", "id": "42", "shared": "shared", "titles": ["one"]},
        ),
        ("/api/a/b/c", {"file": "[...slug].py", "slug": ["a", "b", "c"], "shared": "shared"}),
        ("/api/feed.xml", {"file": "feed.xml.py", "shared": "shared"}),
        ("/api/users", {"file": "users.py", "shared": "shared"}),
        ("/api/users/me", {"file": "users/me.py", "shared": "shared", "helper": "helper"}),
        ("/api/v1.0/status", {"file": "v1.0/status.py", "shared": "shared"}),
    ],
)
def test_a_file_of_any_name_loads_with_its_relative_imports(
    api: Any, url: str, answer: dict[str, Any]
) -> None:
    assert api("odd_names").get(url).json() == answer


def test_every_file_has_one_dotted_name_and_a_folder_owns_its_own(mount_tree: Any) -> None:
    folder = mount_tree(ODD_NAMES).folder
    names = {
        route.file: module_name(ODD_NAMES, folder.tree().root, route.file).removeprefix(
            ODD_NAMES + "."
        )
        for route in folder.routes()
    }
    assert names == {
        "[...slug].py": "[///slug]/py",
        "[id].py": "[id]/py",
        "[id]/posts.py": "[id].posts",
        "feed.xml.py": "feed/xml/py",
        "hello.py": "hello",
        "users.py": "users/py",
        "users/me.py": "users.me",
        "v1.0/status.py": "v1/0.status",
    }


def _module(mount_tree: Any, file: str) -> Any:
    folder = mount_tree(ODD_NAMES).folder
    route = next(route for route in folder.routes() if route.file == file)
    return folder.endpoint(route).source.load()


def test_an_import_statement_gets_the_very_module_that_serves(api: Any) -> None:
    served = api("odd_names")
    module = importlib.import_module(f"{ODD_NAMES}.hello")
    module.calls.clear()
    served.get("/api/hello")
    assert module.calls == ["hello"]


def test_a_folder_of_routes_can_be_imported_beside_the_file_of_its_name(mount_tree: Any) -> None:
    served = _module(mount_tree, "users/me.py")
    users = importlib.import_module(f"{ODD_NAMES}.users")
    assert users.me is served
    assert _module(mount_tree, "users.py") is not users


def test_inspect_finds_the_source(mount_tree: Any) -> None:
    module = _module(mount_tree, "[id].py")
    assert inspect.getsource(module.GET).startswith("def GET(id: str)")
    assert inspect.getmodule(module.GET) is module
    assert Path(inspect.getfile(module)).name == "[id].py"


def test_type_hints_are_evaluated_in_the_module(mount_tree: Any) -> None:
    module = _module(mount_tree, "[id].py")
    assert typing.get_type_hints(module.Point) == {"x": int, "y": module.Point | None}
    assert typing.get_type_hints(module.GET) == {"id": str, "return": dict[str, str]}


def test_a_class_of_a_route_file_can_be_pickled(mount_tree: Any) -> None:
    module = _module(mount_tree, "[id].py")
    point = module.Point(1, module.Point(2))
    assert pickle.loads(pickle.dumps(point)) == point


def test_a_module_has_what_every_module_has(mount_tree: Any) -> None:
    module = _module(mount_tree, "[id]/posts.py")
    assert module.__package__ == f"{ODD_NAMES}.[id]"
    assert module.__spec__.name == module.__name__ == f"{ODD_NAMES}.[id].posts"
    assert sys.modules[module.__name__] is module


def test_the_modules_of_other_packages_are_left_to_python(mount_tree: Any, tmp_path: Path) -> None:
    mount_tree(ODD_NAMES).folder.tree()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("tests.trees.odd_names_of_nobody.hello")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"{ODD_NAMES}.nobody")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"{ODD_NAMES}.../odd_names/hello")


def test_an_init_file_of_a_folder_runs_once_and_before_its_routes(api: Any) -> None:
    served = api(
        {
            "__init__.py": "order = ['root']",
            "users/__init__.py": "from .. import order\norder.append('users')",
            "users/me.py": "from .. import order\ndef GET(): return order",
            "users/all.py": "from .. import order\ndef GET(): return order",
        }
    )
    assert served.get("/api/users/me").json() == ["root", "users"]
    assert served.get("/api/users/all").json() == ["root", "users"]


def test_a_fresh_process_serves_an_odd_name_without_a_test_around_it() -> None:
    program = f"""
import django
from django.conf import settings
settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], INSTALLED_APPS=["fileapi"])
import sys, types
urls = types.ModuleType("urls")
sys.modules["urls"] = urls
django.setup()
from fileapi.urls import mount
urls.urlpatterns = [mount("api/", root={ODD_NAMES!r})]
from django.test import Client
print(Client().get("/api/a/b").content.decode())
"""
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == '{"file":"[...slug].py","slug":["a","b"],"shared":"shared"}'
