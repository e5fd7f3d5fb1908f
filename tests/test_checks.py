"""``manage.py check``: every mistake at once, each with an id, a message and a way out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.checks import CheckMessage, Error, Warning
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import include, path

import fileapi
from fileapi.checks import check_routes
from fileapi.urls import mount

SOURCE = Path(fileapi.__file__).parent
GOOD = "def GET(): return {}"


@pytest.fixture
def urls(settings: Any) -> Callable[..., None]:
    """Make these patterns the whole URLconf."""

    def use(*patterns: Any) -> None:
        settings.ROOT_URLCONF = patterns

    return use


@pytest.fixture
def checked(write_tree: Any, mount_tree: Any) -> Callable[..., list[CheckMessage]]:
    """Return the messages for a tree, sorted by id."""

    def checked(tree: str | dict[str, str]) -> list[CheckMessage]:
        mount_tree(write_tree(tree) if isinstance(tree, dict) else f"tests.trees.{tree}")
        return sorted(check_routes(), key=lambda message: (message.id, message.msg))

    return checked


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_a_sound_tree_has_no_messages(checked: Callable[..., list[CheckMessage]]) -> None:
    assert checked("grammar") == []


NAMES = {
    "same_url": ("E001", "'users.py'", "'users/index.py'"),
    "two_names": ("E002", "'users/[id].py'", "'users/[slug]/posts.py'"),
    "both_catch_alls": ("E004", "'files/[...path].py'", "'files/[[...path]].py'"),
    "index_beside_optional": ("E005", "'docs/index.py'", "'docs/[[...page]].py'"),
    "one_name_twice": ("E006", "'[id]/posts/[id].py'"),
    "group_file": ("E007", "'(admin).py'"),
    "unknown_converter": ("E010", "'[id=integer].py'"),
}


@pytest.mark.parametrize("tree", NAMES)
def test_a_conflict_of_names_is_an_error_that_names_its_files(
    checked: Callable[..., list[CheckMessage]], tree: str
) -> None:
    id, *files = NAMES[tree]
    (message,) = checked(f"conflicts.{tree}")
    assert type(message) is Error
    assert message.id == f"fileapi.{id}"
    assert message.hint
    assert all(file in message.msg for file in files)


FILES = {
    "E020": ("def GET(:", "'x.py:1' cannot be imported: SyntaxError: invalid syntax."),
    "E021": ("VALUE = 1", "'x.py' answers no request."),
    "E022": (
        "def handler(req, res): ...\ndef GET(): ...",
        "'x.py' has 'handler' and GET.",
    ),
    "E023": ("def get(): ...", "'x.py' defines 'get'."),
    "E024": ("GET = 1", "'x.py' GET is 1, which is no function."),
    "E025": ("def GET(page): ...", "x.py: GET takes 'page', which nothing fills."),
    "E026": ("config = {}\ndef GET(): ...", "'x.py' config is {}."),
    "E027": (
        "middleware = [len]\ndef GET(): ...",
        "'x.py' middleware <built-in function len> cannot be called with (req, res, next).",
    ),
    "E028": (
        "from django.db.transaction import non_atomic_requests\n"
        "@non_atomic_requests\ndef GET(): ...\ndef POST(): ...",
        "'x.py' has non_atomic_requests on some functions only.",
    ),
}


@pytest.mark.parametrize("id", FILES)
def test_a_file_that_cannot_serve_is_an_error_that_names_it(
    checked: Callable[..., list[CheckMessage]], id: str
) -> None:
    text, expected = FILES[id]
    (message,) = checked({"x.py": text, "good.py": GOOD})
    assert (type(message), message.id, message.msg) == (Error, f"fileapi.{id}", expected)
    assert message.hint


def test_all_problems_are_reported_at_once(checked: Callable[..., list[CheckMessage]]) -> None:
    assert ids(checked("conflicts.several_at_once")) == [
        "fileapi.E001",
        "fileapi.E002",
        "fileapi.E006",
        "fileapi.E013",
    ]
    broken = {f"x{id}.py": text for id, (text, _) in FILES.items()}
    assert ids(checked(broken)) == [f"fileapi.{id}" for id in FILES]


def test_problems_of_names_and_of_files_are_reported_at_once(
    checked: Callable[..., list[CheckMessage]],
) -> None:
    tree = {"a.py": GOOD, "a/index.py": GOOD, "broken.py": "def GET(:", "b c.py": GOOD}
    assert ids(checked(tree)) == ["fileapi.E001", "fileapi.E013", "fileapi.E020"]


def test_problems_of_every_mount_are_reported_at_once(
    urls: Callable[..., None], write_tree: Any
) -> None:
    one, two = write_tree({"x.py": "def GET(:"}), write_tree({"[id].py": GOOD, "[pk].py": GOOD})
    urls(mount("a/", root=one), path("sub/", include([mount("b/", root=two)])))
    assert sorted(ids(check_routes())) == ["fileapi.E002", "fileapi.E020"]


def test_a_broken_middleware_is_reported_once_for_all_files_below(
    checked: Callable[..., list[CheckMessage]],
) -> None:
    files = {f"r{number}.py": GOOD for number in range(5)}
    (message,) = checked({"_middleware.py": "import no_such_module", **files})
    assert (message.id, message.msg) == (
        "fileapi.E020",
        "'_middleware.py:1' cannot be imported: ModuleNotFoundError: "
        "No module named 'no_such_module'.",
    )


def test_a_missing_folder_and_an_ordinary_app_get_one_message_each(
    checked: Callable[..., list[CheckMessage]], mount_tree: Any
) -> None:
    mount_tree("tests.trees.no_such_folder")
    assert ids(check_routes()) == ["fileapi.E014"]
    assert ids(checked("looks_like_an_app")) == ["fileapi.E015"]


@pytest.mark.parametrize(
    "text",
    ["raise ValueError('one\\ntwo')", "raise SystemExit('a\\r\\nb')", "def GET(:", "GET = 'a\\nb'"],
)
def test_a_message_and_its_hint_are_one_line_each(
    checked: Callable[..., list[CheckMessage]], text: str
) -> None:
    (message,) = checked({"x.py": text})
    assert len(message.msg.splitlines()) == len(str(message.hint).splitlines()) == 1


def test_every_id_has_one_meaning() -> None:
    text = "\n".join(path.read_text() for path in sorted(SOURCE.rglob("*.py")))
    used = re.findall(r'"(?:fileapi\.)?([EWI]0\d\d)"', text)
    tested = (
        {id for id, *_ in NAMES.values()}
        | set(FILES)
        | {"E003", "E008", "E009", "E011", "E012", "E013", "E014", "E015", "E029", "W001", "W002"}
        # tests/guards and tests/test_deployment_checks.py
        | {"E030", "E031", "E032", "E033", "W003", "W004"}
        | {"E035", "I001"}  # tests/test_connection_checks.py
        | {"E034", "W005"}  # tests/openapi, tests/test_deprecation.py
        | {"E036", "W006"}  # tests/guards/test_cache_checks.py
        | {"E037", "E038"}  # tests/idempotency/test_declared.py
    )
    assert set(used) == tested
    # One id, one kind of hint: two places that share an id are about the same rule.
    twice = {id for id in used if used.count(id) > 1}
    assert twice <= {"E001", "E007", "E010", "E012", "E013", "E027", "E028", "E030", "E031", "E037"}


@pytest.mark.django_db  # Django's own checks ask it
def test_the_check_is_bound(mount_tree: Any) -> None:
    mount_tree("tests.trees.conflicts.several_at_once")
    with pytest.raises(SystemCheckError) as caught:
        call_command("check")
    text = str(caught.value)
    assert all(f"(fileapi.{id})" in text for id in ("E001", "E002", "E006", "E013"))
    assert "HINT: Use one name for it." in text


@pytest.mark.django_db  # Django's own checks ask it
def test_a_sound_project_passes_the_check_command(mount_tree: Any) -> None:
    mount_tree("tests.trees.grammar")
    call_command("check", fail_level="WARNING")


def test_the_check_can_be_run_alone(mount_tree: Any) -> None:
    mount_tree("tests.trees.conflicts.same_url")
    with pytest.raises(SystemCheckError, match=r"fileapi\.E001"):
        call_command("check", "--tag", "fileapi")


@pytest.mark.django_db  # Django's own checks ask it
def test_under_runserver_problems_of_names_are_warnings_and_no_file_is_imported(
    checked: Callable[..., list[CheckMessage]], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("RUN_MAIN", "true")
    assert checked({"x.py": "print('imported')", "y.py": "def GET(:"}) == []
    assert capsys.readouterr().out == ""
    messages = checked("conflicts.several_at_once")
    assert {type(message) for message in messages} == {Warning}
    assert len(messages) == 4
    call_command("check")


@pytest.mark.parametrize("urlconf", [None, "", "no.such.module", "tests.broken_urlconf"])
def test_a_missing_or_broken_root_urlconf_is_left_to_django(
    settings: Any, monkeypatch: pytest.MonkeyPatch, urlconf: str | None
) -> None:
    # A module without urlpatterns.
    monkeypatch.setitem(sys.modules, "tests.broken_urlconf", ModuleType("tests.broken_urlconf"))
    settings.ROOT_URLCONF = urlconf
    assert check_routes() == []


def test_a_project_without_a_root_urlconf_is_left_alone(settings: Any) -> None:
    del settings.ROOT_URLCONF
    assert check_routes() == []
