"""``manage.py typescript``: how it finds the tool, and what it says where that fails."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fileapi.management.commands import typescript

TREE = {"hello.py": "def GET() -> str: return 'x'"}


@pytest.fixture(autouse=True)
def _site(write_tree: Any, mount_tree: Any, tmp_path: Path, monkeypatch: Any) -> None:
    mount_tree(write_tree(TREE))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/usr/bin:/bin")


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """Write a program that stands where a tool would: a shell's lines."""

    def write(path: str, lines: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{lines}\n")
        file.chmod(0o755)
        return file

    return write


def run(*args: str) -> None:
    call_command("typescript", *args)


def test_without_node_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"Install Node\.js, or write the document by"):
        run()


@pytest.mark.parametrize("place", ["work", ".", "front"])
def test_the_tool_is_taken_from_above_the_output_or_this_folder(
    program: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    program("programs/npx", "echo npx")
    program(f"{place}/node_modules/.bin/openapi-typescript", 'echo own; cat "$1"')
    (tmp_path / "front" / "src").mkdir(parents=True, exist_ok=True)
    output = tmp_path / "front" / "src" / "api.d.ts"
    run("--output", str(output))
    name, _, document = output.read_text().partition("\n")
    assert name == "own"
    assert '"/api/hello"' in document
    run()
    # The output's folder says nothing where there is no output.
    assert capsys.readouterr().out.partition("\n")[0] == ("npx" if place == "front" else "own")


def test_npx_fetches_a_major_version(program: Any, capsys: pytest.CaptureFixture[str]) -> None:
    program("programs/npx", 'echo "$1 $2 $4"')
    run()
    assert (
        capsys.readouterr().out.strip() == "--yes openapi-typescript@7 --default-non-nullable=false"
    )


def test_a_failure_is_told_in_the_tools_words_and_writes_nothing(
    program: Any, tmp_path: Path
) -> None:
    program("programs/npx", "echo half; echo 'No such version.' >&2; exit 3")
    output = tmp_path / "api.d.ts"
    with pytest.raises(CommandError, match=r"npx' failed with status 3:\nNo such version\."):
        run("--output", str(output))
    assert not output.exists()


def test_a_tool_that_does_not_end_is_ended_with_what_it_started(
    program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("programs/npx", f"sleep 60 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(typescript, "TIMEOUT", 1.0)
    started = time.monotonic()
    with pytest.raises(CommandError, match="did not end within 1 seconds"):
        run()
    assert time.monotonic() - started < 30
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(child)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_cannot_be_started_is_named(program: Any) -> None:
    file = program("node_modules/.bin/openapi-typescript", "")
    file.write_text("#!/no/such/interpreter\n")
    with pytest.raises(CommandError, match="cannot be started: No such file or directory"):
        run()


def test_a_folder_that_is_not_there_is_named_before_anything_is_run(
    program: Any, tmp_path: Path
) -> None:
    program("programs/npx", f"touch {tmp_path}/ran")
    with pytest.raises(CommandError, match=r"no/such' is no folder"):
        run("--output", "no/such/api.d.ts")
    assert not os.path.exists(tmp_path / "ran")
