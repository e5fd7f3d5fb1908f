"""The Dockerfile, the scripts and the Swarm side of the compose file, by their own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from .manifests import DEPLOY, REPOSITORY

TOOLS = Path(sys.executable).parent
PASSWORDS = {"SECRET_KEY": "s", "POSTGRES_PASSWORD": "p", "REDIS_PASSWORD": "r"}


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = run(TOOLS / "hadolint", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_finds_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nCMD gunicorn project.wsgi\n")
    found = run(TOOLS / "hadolint", tmp_path / "Dockerfile").stdout
    assert "DL3006" in found  # no version
    assert "DL3025" in found  # no exec form


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    done = run(TOOLS / "shellcheck", DEPLOY / "clean-root", ".ci/run")
    assert (done.returncode, done.stdout) == (0, "")


def test_swarm_takes_the_compose_file(need: Any) -> None:
    need(shutil.which("docker") is not None, "Install docker's client: apt-get install docker.io")
    done = run("docker", "stack", "config", "--compose-file", "docker-compose.yml", **PASSWORDS)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert services["migrate"]["deploy"]["mode"] == "replicated-job"
    assert services["web"]["read_only"] is True


def test_swarm_refuses_a_missing_password_by_its_name(need: Any) -> None:
    need(shutil.which("docker") is not None, "Install docker's client: apt-get install docker.io")
    for name in PASSWORDS:
        env = {other: value for other, value in PASSWORDS.items() if other != name}
        done = run("docker", "stack", "config", "--compose-file", "docker-compose.yml", **env)
        assert done.returncode != 0
        assert name in done.stderr
