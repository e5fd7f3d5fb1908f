"""nginx with the configuration that is deployed, on loopback."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.live.client import Answer, ask
from tests.live.servers import REPOSITORY, START_TIMEOUT, STOP_TIMEOUT, free_port

CONFIGURATION = REPOSITORY / "deploy" / "nginx" / "nginx.conf"
PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")

HOW_TO_GET_IT = (
    "This test needs nginx, which it starts itself; install one, for instance by: "
    "apt-get install nginx-light"
)


class Nginx:
    """It asks a name server where the containers named "web" are, all on one port."""

    def __init__(self, folder: Path, names: int, web_port: int, **changed: str) -> None:
        self.folder = folder
        self.port = free_port()
        text = CONFIGURATION.read_text()
        for of_a_container, of_this_test in {
            "resolver 127.0.0.11 ": f"resolver 127.0.0.1:{names} ",
            "listen 8080 ": f"listen 127.0.0.1:{self.port} ",
            "web:8000;": f"web:{web_port};",
            "/tmp/nginx": f"{folder}/nginx",
            **changed,
        }.items():
            assert of_a_container in text, of_a_container
            text = text.replace(of_a_container, of_this_test)
        (folder / "nginx.conf").write_text(text)
        with (folder / "output").open("wb") as output:
            assert PROGRAM is not None
            self.process = subprocess.Popen(
                [PROGRAM, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def ask(self, method: str, target: str, *args: Any, **options: Any) -> Answer:
        """Send a request and return the answer; the arguments are those of `client.ask`."""
        return ask(self.port, method, target, *args, **options)

    def wait_until_ready(self, target: str = "/api/hello") -> None:
        """Return when a request comes through. Raises RuntimeError if none does."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                if self.ask("GET", target).status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"nginx did not pass {target} on:\n{self.printed()}")

    def printed(self) -> str:
        return (self.folder / "output").read_text()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        finally:
            self.process.kill()


@contextmanager
def started(names: int, web_port: int, **changed: str) -> Iterator[Nginx]:
    """Start it in a temporary folder; end it, and drop the folder."""
    # Not below pytest's: the account of nginx's workers has to get in.
    with tempfile.TemporaryDirectory(prefix="fileapi-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        nginx = Nginx(folder, names, web_port, **changed)
        try:
            yield nginx
        finally:
            nginx.stop()
