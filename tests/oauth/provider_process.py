"""A real OpenID provider: npm's oidc-provider, in a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

FILES = Path(__file__).parent / "provider"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "oidc"

HOW_TO_GET_IT = (
    "This test needs Node.js 20 or newer with npm, which fetches the OpenID provider: "
    "apt-get install nodejs npm"
)
PATIENCE = 30.0  # seconds for the provider to start
STEPS = 12  # redirects and pages of one login


def programs() -> bool:
    """Whether Node.js and npm are here."""
    return bool(shutil.which("node") and shutil.which("npm"))


def installed() -> Path:
    """Return the folder that has the provider and what it needs, as the lock file says."""
    files = sorted(path for path in FILES.iterdir() if path.is_file())
    name = sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
    folder = CACHE / name
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=CACHE))
        for path in files:
            shutil.copy(path, making)
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
            cwd=making,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise RuntimeError(f"npm ci failed:\n{done.stderr}")
        with suppress(OSError):  # another process of the tests was faster
            making.rename(folder)
        shutil.rmtree(making, ignore_errors=True)
    return folder


@contextmanager
def running(options: dict[str, Any]) -> Iterator[str]:
    """Start a provider with the options of server.js; yield its issuer."""
    folder = installed()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["node", "server.js", json.dumps(options)],
            cwd=folder,
            stdin=subprocess.PIPE,  # which ends with the tests, and the provider with it
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert process.stdout is not None
        late = Timer(PATIENCE, process.kill)
        late.start()
        try:
            line = process.stdout.readline()
            late.cancel()
            if not line:
                log.seek(0)
                raise RuntimeError(f"The provider did not start:\n{log.read().decode()}")
            yield json.loads(line)["issuer"]
        finally:
            late.cancel()
            process.kill()
            process.communicate()


def log_in(url: str, subject: str, *, refuse: bool = False) -> str:
    """Log in at the provider as a browser does. Return path and query of where that ends here."""
    issuer = urlsplit(url).netloc
    with requests.Session() as browser:
        answer = browser.get(url, allow_redirects=False, timeout=10)
        for _ in range(STEPS):
            if answer.is_redirect:
                target = urlsplit(urljoin(answer.url, answer.headers["Location"]))
                if target.netloc != issuer:
                    return f"{target.path}?{target.query}"
                answer = browser.get(target.geturl(), allow_redirects=False, timeout=10)
                continue
            assert answer.status_code == 200, answer.text
            if refuse:
                answer = browser.get(answer.url + "/abort", allow_redirects=False, timeout=10)
                continue
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert prompt, answer.text
            form = {"prompt": prompt[1], "login": subject, "password": "any"}
            answer = browser.post(answer.url, form, allow_redirects=False, timeout=10)
    raise AssertionError(f"The provider did not come to an end at {answer.url}")
