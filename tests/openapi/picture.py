"""Take the picture in docs/openapi.md: ``python -m tests.openapi.picture``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.live.servers import REPOSITORY, Server, manage

from .browser import Reader, chromium

PICTURE = REPOSITORY / "docs" / "openapi.png"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {"DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
        manage("migrate", "--verbosity=0", **env)
        server = Server("runserver", "project", folder, env, folder / "output")
        try:
            server.wait_until_ready()
            with chromium() as browser:
                take(Reader(browser), server)
        finally:
            server.stop()


def take(reader: Reader, server: Server) -> None:
    """Post feedback from the page, and keep what it then shows of that."""
    reader.open(f"http://127.0.0.1:{server.port}/api/docs")
    reader.try_out("feedback.post", '{"feedback": "Great app!"}')
    block = reader.operation("feedback.post")
    block.locator("textarea").evaluate("element => element.style.minHeight = '4em'")
    reader.page.evaluate("scrollTo(0, 0)")
    shown = block.locator(".live-responses-table").bounding_box()
    clip = {"x": 0, "y": 0, "width": shown["width"] + 90, "height": shown["y"] + shown["height"]}
    reader.page.screenshot(path=PICTURE, full_page=True, clip=clip)


if __name__ == "__main__":
    main()
