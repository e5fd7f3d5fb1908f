"""Debian's Chromium, driven by Playwright, and what a reader does on the docs page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HOW_TO_GET_IT = "Install Chromium: apt-get install chromium"
PUBLIC = "docs.example"
TIMEOUT = 20_000.0  # milliseconds, for one step

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has an address. It has a name too, for what is done for public ones.
    f"--host-resolver-rules=MAP {PUBLIC} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`violation of ${event.violatedDirective} by ${event.blockedURI}`));
"""


def program() -> str | None:
    """Return the path of a Chromium, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Any]:
    """Run a browser with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Reader:
    """A page, what the browser has complained of, and whom it has asked."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1100, "height": 900})
        self.page.set_default_timeout(TIMEOUT)
        self.page.add_init_script(_REPORT_VIOLATIONS)
        self.complaints: list[str] = []
        self.requests: list[Any] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request))

    def open(self, url: str) -> None:
        """Open the docs page, and wait until it shows the operations."""
        self.page.goto(url)
        self.page.locator(".opblock").first.wait_for()

    def strangers(self, origin: str) -> list[str]:
        """Return the URLs that the page has asked for, and that are not of its own site."""
        urls = [request.url for request in self.requests]
        return [url for url in urls if not url.startswith((f"{origin}/", "data:"))]

    def operation(self, id: str) -> Any:
        """Return the block of an operation. Swagger UI writes a backslash before a dot."""
        return self.page.locator(f'[id$="-{id}"]'.replace(".", r"\\."))

    def try_out(self, id: str, body: str | None = None) -> tuple[str, str]:
        """Send an operation's request; return the status and the body that the page shows."""
        block = self.operation(id)
        if not block.locator(".opblock-body").count():
            block.locator(".opblock-summary").click()
            block.get_by_role("button", name="Try it out").click()
        if body is not None:
            block.locator("textarea").first.fill(body)
        block.get_by_role("button", name="Execute").click()
        answer = block.locator(".live-responses-table .response")
        answer.wait_for()
        return (
            answer.locator(".response-col_status").inner_text().split()[0],
            answer.locator(".highlight-code code").inner_text(),
        )
