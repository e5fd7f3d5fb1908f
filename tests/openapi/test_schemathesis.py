"""What the document says of the site, a server of it keeps: by schemathesis, with all checks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.live.conftest import postgres_server  # noqa: F401

from .honesty import Site, fuzz, running

GUARDED = {"GET /api/admin/stats", "GET /api/auth/me"}


@pytest.fixture(scope="module")
def site(
    postgres_server: str,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    with running(postgres_server, tmp_path_factory.mktemp("honesty")) as site:
        yield site


def test_i25_the_site_keeps_what_its_document_says_and_refuses_strangers(site: Site) -> None:
    """The same cases each time; ``make schemathesis`` sends others, and more of them."""
    status, cases, text = fuzz(site, "--max-examples=5", "--generation-deterministic")
    assert status == 0, text
    assert cases > 400, text
    assert site.guarded() == GUARDED
    # Both: `ignored_auth` proves nothing of what was never answered.
    answered = site.statuses()
    assert {name: answered[name] & {200, 401} for name in GUARDED} == {
        name: {200, 401} for name in GUARDED
    }


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"security": [{"AccessToken": []}]}, "API accepts requests without authentication"),
        ({"responses": {"204": {"description": "Nothing."}}}, "Undocumented status code"),
    ],
    ids=["guard", "status"],
)
def test_i25_a_document_that_says_something_else_is_found_out(
    site: Site, changed: dict[str, object], found: str
) -> None:
    document = json.loads(site.document.read_text())
    document["paths"]["/api/hello"]["get"].update(changed)
    changed_site = Site(site.server, site.document.with_name("changed.json"), site.env)
    changed_site.document.write_text(json.dumps(document))
    only = ("--include-operation-id=hello.get", "--max-examples=5", "--phases=fuzzing")
    status, _, text = fuzz(changed_site, *only)
    assert status == 1
    assert found in text, text
