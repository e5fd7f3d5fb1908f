"""Files that do their worst when they are imported do not keep the check from its end."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from fileapi import checks
from fileapi.checks import check_routes

GOOD = "def GET(): return {}"
HANGS = "from tests.test_checks_imports import RELEASE\nRELEASE.wait(30)\ndef GET(): return {}"

RELEASE = Event()

BROKEN = {
    "syntax.py": ("def GET(:", "E020", "'syntax.py:1' cannot be imported: SyntaxError"),
    "import.py": ("import no_such_module", "E020", "'import.py:1' cannot be imported: Module"),
    "exits.py": ("import sys\nsys.exit()", "E020", "'exits.py:2' cannot be imported: SystemExit"),
    "signature.py": ("def GET(page=1): ...", "E025", "signature.py: GET takes 'page'"),
    "nothing.py": ("VALUE = 1", "E021", "'nothing.py' answers no request."),
    "slip.py": ("def get(): ...", "E023", "'slip.py' defines 'get'."),
    "circle.py": ("from .circle_too import B\nA = 1", "E020", "'circle.py:1' cannot be imported"),
    "circle_too.py": ("from .circle import A\nB = 1", "E020", "'circle_too.py:1' cannot be"),
    "sleeps.py": (HANGS, "E029", "'sleeps.py' was not imported within 0.2 seconds."),
}


@pytest.fixture(autouse=True)
def _released_at_the_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(checks, "IMPORT_TIMEOUT", 0.2)
    RELEASE.clear()
    yield
    RELEASE.set()


@pytest.fixture
def fifty_good_and_the_broken(write_tree: Any, mount_tree: Any) -> Any:
    good = {f"good{number}.py": GOOD for number in range(50)}
    broken = {file: text for file, (text, _, _) in BROKEN.items()}
    return mount_tree(write_tree({**good, **broken}))


@pytest.mark.usefixtures("fifty_good_and_the_broken")
def test_i10_the_check_ends_and_names_every_broken_file_and_no_good_one() -> None:
    begin = time.monotonic()
    messages = check_routes()
    assert time.monotonic() - begin < 2.5
    found = {message.msg: message.id for message in messages}
    assert len(found) == len(BROKEN)
    for _, id, start in BROKEN.values():
        (text,) = [text for text in found if text.startswith(start)]
        assert found[text] == f"fileapi.{id}"
    assert all(message.hint for message in messages)


@pytest.mark.django_db  # Django's own checks ask it
@pytest.mark.usefixtures("fifty_good_and_the_broken")
def test_i10_the_check_command_fails_with_all_of_them() -> None:
    with pytest.raises(SystemCheckError) as caught:
        call_command("check")
    assert f"System check identified {len(BROKEN)} issues" in str(caught.value)


def test_i10_good_files_answer_while_one_is_still_being_imported(
    fifty_good_and_the_broken: Any, client: Any
) -> None:
    check_routes()
    for number in range(50):
        response = client.get(f"/api/good{number}")
        assert (response.status_code, response.json()) == (200, {})


def test_a_middleware_that_never_ends_its_import_is_waited_for_once(
    write_tree: Any, mount_tree: Any
) -> None:
    files = {f"slow/r{number}.py": GOOD for number in range(40)}
    mount_tree(write_tree({"slow/_middleware.py": HANGS, **files, "good.py": GOOD}))
    begin = time.monotonic()
    (message,) = check_routes()
    assert time.monotonic() - begin < 2.5
    assert message.msg == "'slow/_middleware.py' was not imported within 0.2 seconds."
    assert message.hint == "Do slow work in the handler, or on first use, not at import."


def test_the_check_command_ends_as_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "sleeps.py").write_text("import time\ntime.sleep(600)\n")
    (tmp_path / "api" / "good.py").write_text(GOOD)
    (tmp_path / "run.py").write_text(
        "import django\n"
        "from django.conf import settings\n"
        "from django.core.management import call_command\n"
        "settings.configure(INSTALLED_APPS=['fileapi'], ROOT_URLCONF='run', SECRET_KEY='x' * 60)\n"
        "urlpatterns = []\n"
        "if __name__ == '__main__':\n"
        "    import fileapi.checks\n"
        "    from fileapi.urls import mount\n"
        "    fileapi.checks.IMPORT_TIMEOUT = 0.2\n"
        "    settings.ROOT_URLCONF = (mount('api/', root='api'),)\n"
        "    django.setup()\n"
        "    call_command('check')\n"
    )
    ended = subprocess.run(
        [sys.executable, str(tmp_path / "run.py")],
        env={"PYTHONPATH": str(Path(checks.__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "(fileapi.E029) 'sleeps.py' was not imported within 0.2 seconds." in ended.stderr
