"""``manage.py check --deploy``: what is allowed, and seldom meant, on a server."""

from __future__ import annotations

from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from django.core.checks import CheckMessage, Tags, Warning, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from fileapi.apps import check_deployment
from tests.guards.people import PEOPLE, USE

GET = "def GET(): return 1\n"
POST = "def POST(): return 1\n"


@pytest.fixture
def found(write_tree: Any, mount_tree: Any) -> Any:
    """Return the ids and messages for a tree, or for the text of its ``a.py``."""

    def found(tree: str | dict[str, str]) -> list[tuple[str | None, str]]:
        mount_tree(write_tree({"a.py": tree} if isinstance(tree, str) else tree))
        messages: list[CheckMessage] = check_deployment()
        assert all(type(message) is Warning and message.hint for message in messages)
        return sorted((message.id, message.msg) for message in messages)

    return found


def open_to_all(file: str) -> tuple[str, str]:
    return "fileapi.W003", f"{file!r} changes something, and does not say who may."


def config(text: str) -> str:
    return f"{USE}config = Config({text})\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "handler"])
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_unsafe_method_without_a_policy_is_told(found: Any, kind: str, method: str) -> None:
    beside = "" if method == "handler" else GET
    assert found(f"{beside}{kind} {method}(): return 1") == [open_to_all("a.py")]
    assert found(f"from fileapi import Config\nconfig = Config(body_limit=5)\n{POST}") == [
        open_to_all("a.py")
    ]


@pytest.mark.parametrize("text", [GET, "def HEAD(): ...", "def OPTIONS(): ...", ""])
def test_a_file_that_changes_nothing_need_not_say(found: Any, text: str) -> None:
    assert found(f"{GET}{text}") == []


@pytest.mark.parametrize(
    "declared",
    [
        "auth=None",
        "auth=[Token]",
        "auth=[Token], permissions=None",
        "auth=None, permissions=[Nods]",
        "auth=None, permissions=None",
    ],
)
def test_a_declared_policy_is_a_policy_whatever_it_is(found: Any, declared: str) -> None:
    assert found({**PEOPLE, "a.py": config(declared) + POST}) == []
    assert found({**PEOPLE, "_middleware.py": config(declared), "a.py": POST}) == []


def test_what_is_no_policy_is_none(found: Any) -> None:
    for text in ("permissions=None", "rate=None", "body=False"):
        assert found({**PEOPLE, "a.py": config(text) + POST}) == [open_to_all("a.py")]


def test_each_file_is_told_and_its_hint_shows_both_ways(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(
        write_tree(
            {
                **PEOPLE,
                "a.py": POST,
                "b/[id].py": "def DELETE(): ...",
                "c.py": config("auth=None") + POST,
                "d.py": GET,
            }
        )
    )
    messages = check_deployment()
    assert [message.msg for message in messages] == [
        open_to_all(file)[1] for file in ("a.py", "b/[id].py")
    ]
    assert {message.hint for message in messages} == {
        "Write config = Config(auth=[...]), or Config(auth=None) if everyone may."
    }


VIEW_SET = """
from rest_framework.viewsets import ViewSet
class Books(ViewSet):
    def create(self, request): ...
handler = Books.as_view({"post": "create"})
"""
VIEW = """
from django.views import View
class Books(View):
    def post(self, request): ...
handler = Books.as_view()
"""


def test_a_view_of_drf_has_permission_classes_of_its_own(found: Any) -> None:
    assert found(VIEW_SET) == []


def test_a_view_of_django_has_none(found: Any) -> None:
    assert found(VIEW) == [open_to_all("a.py")]


LIMITED = f"from fileapi import Config\nconfig = Config(rate='100/min')\n{GET}"


def counted_apart(number: int, file: str) -> tuple[str, str]:
    return (
        "fileapi.W004",
        f"{number} files have a rate, {file!r} for one, and each process counts for itself: "
        "FILEAPI_RATE_STORE is 'memory://'.",
    )


def test_rates_that_each_process_counts_for_itself_are_told_once(found: Any) -> None:
    assert found({"a.py": LIMITED, "b.py": LIMITED, "c.py": GET}) == [counted_apart(2, "a.py")]
    folder = "from fileapi import Config\nconfig = Config(rate=['5/s', '100/min'])\n"
    assert found({"_middleware.py": folder, "a.py": GET}) == [counted_apart(1, "a.py")]


def test_rates_in_a_store_that_processes_share_are_sound(found: Any, settings: Any) -> None:
    settings.FILEAPI_RATE_STORE = "redis://127.0.0.1:6379/0"
    assert found(LIMITED) == []


def test_without_rates_the_store_is_nobodys_business(found: Any, settings: Any) -> None:
    for store in ("memory://", "redis://127.0.0.1:6379/0"):
        settings.FILEAPI_RATE_STORE = store
        assert found(GET) == found(LIMITED.replace("'100/min'", "None")) == []


def test_both_are_told_at_once(found: Any) -> None:
    assert found({"a.py": f"{LIMITED}{POST}"}) == [open_to_all("a.py"), counted_apart(1, "a.py")]


def test_a_broken_file_is_left_to_the_check_of_files(found: Any) -> None:
    assert found({"a.py": "def POST(:", "b.py": POST}) == [open_to_all("b.py")]
    contradiction = config("permissions=[IsAdminUser]") + POST
    assert found({**PEOPLE, "a.py": contradiction}) == []


def test_conflicts_are_left_to_the_check_of_names(found: Any) -> None:
    assert found({"a.py": GET, "a/index.py": GET}) == []


@pytest.mark.parametrize("urlconf", [None, "", "no.such.module"])
def test_a_missing_or_broken_root_urlconf_is_left_to_django(settings: Any, urlconf: Any) -> None:
    settings.ROOT_URLCONF = urlconf
    assert check_deployment() == []


def test_nothing_mounted_is_nothing_to_say(settings: Any, monkeypatch: Any) -> None:
    urlconf = ModuleType("no_mount")
    urlconf.urlpatterns = []  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "no_mount", urlconf)
    settings.ROOT_URLCONF = "no_mount"
    assert check_deployment() == []


def of_fileapi(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages if str(message.id).startswith("fileapi.")]


@pytest.mark.django_db  # Django's own checks ask it
def test_the_check_is_bound_and_belongs_to_deployment_alone(
    write_tree: Any, mount_tree: Any
) -> None:
    mount_tree(write_tree({"a.py": f"{LIMITED}{POST}"}))
    assert of_fileapi(run_checks()) == []
    both = ["fileapi.W003", "fileapi.W004"]
    assert of_fileapi(run_checks(include_deployment_checks=True)) == both
    assert of_fileapi(run_checks(tags=["fileapi"], include_deployment_checks=True)) == both
    assert of_fileapi(run_checks(tags=[Tags.security], include_deployment_checks=True)) == []


@pytest.mark.django_db  # Django's own checks ask it
def test_the_command_prints_them_and_can_be_made_to_fail(write_tree: Any, mount_tree: Any) -> None:
    mount_tree(write_tree({"a.py": f"{LIMITED}{POST}"}))
    errors = StringIO()
    call_command("check", "--deploy", "--tag", "fileapi", stdout=errors, stderr=errors)
    text = errors.getvalue()
    assert "(fileapi.W003) 'a.py' changes something, and does not say who may." in text
    assert "HINT: Write config = Config(auth=[...])" in text
    assert "(fileapi.W004) 1 files have a rate" in text
    with pytest.raises(SystemCheckError, match=r"fileapi\.W003"):
        call_command(
            "check", "--deploy", "--tag", "fileapi", "--fail-level", "WARNING", stderr=StringIO()
        )
    call_command("check", "--fail-level", "WARNING", stdout=StringIO())


def test_a_warning_can_be_silenced_as_every_other(
    write_tree: Any, mount_tree: Any, settings: Any
) -> None:
    mount_tree(write_tree({"a.py": f"{LIMITED}{POST}"}))
    settings.SILENCED_SYSTEM_CHECKS = ["fileapi.W003"]
    errors = StringIO()
    call_command("check", "--deploy", "--tag", "fileapi", stdout=errors, stderr=errors)
    assert "W003" not in errors.getvalue()
    assert "W004" in errors.getvalue()


@pytest.mark.django_db  # Django's own checks ask it
@pytest.mark.parametrize("fault", ["E030", "E031", "E032", "E033"])
def test_a_mistake_in_a_policy_fails_the_check_before_it_is_deployed(
    write_tree: Any, mount_tree: Any, fault: str
) -> None:
    faults = {
        "E030": "auth=['x']",
        "E031": "permissions=[Nods]",
        "E032": "auth=[Token], permissions=[IsOwner]",
        "E033": "auth=[Token], permissions=[__import__('rest_framework.permissions', "
        "fromlist='x').DjangoModelPermissions]",
    }
    mount_tree(write_tree({**PEOPLE, "a.py": config(faults[fault]) + POST}))
    for options in ([], ["--deploy"]):
        with pytest.raises(SystemCheckError, match=rf"\(fileapi\.{fault}\) 'a\.py' "):
            call_command("check", *options, stdout=StringIO(), stderr=StringIO())
