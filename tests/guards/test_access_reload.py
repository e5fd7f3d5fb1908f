"""Under DEBUG an edited policy holds from the next request on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .people import PEOPLE, USE, token

GET = "def GET(): return 'let in'\n"
CHECKS = "def GET(req):\n    req.check({'owner': 'ann'})\n    return 'let in'\n"


@pytest.fixture
def site(api: Any, settings: Any, tmp_path: Path) -> Any:
    settings.DEBUG = True

    def serve(files: dict[str, str]) -> tuple[Any, Path]:
        served = api({**PEOPLE, **files})
        return served, tmp_path / served.folder.package

    return serve


def config(text: str) -> str:
    return f"{USE}config = Config({text})\n"


def status(served: Any, name: str = "", path: str = "/api/a") -> int:
    options = token(name) if name else {}
    return int(served.get(path, **options).status_code)


def test_a_policy_that_is_added_changed_and_removed_is_live(site: Any) -> None:
    served, root = site({"a.py": GET, "b/c.py": GET})
    assert (status(served), status(served, path="/api/b/c")) == (200, 200)
    (root / "_middleware.py").write_text(config("auth=[Token]"))
    assert (status(served), status(served, path="/api/b/c")) == (401, 401)
    (root / "_middleware.py").write_text(config("auth=[Token], permissions=[IsRoot]"))
    assert (status(served, "ann"), status(served, "root")) == (403, 200)
    (root / "a.py").write_text(config("permissions=None") + GET)
    assert (status(served), status(served, "ann", "/api/b/c")) == (200, 403)
    (root / "_middleware.py").unlink()
    assert (status(served), status(served, path="/api/b/c")) == (200, 200)


def test_a_mistake_closes_the_file_until_it_is_mended(site: Any) -> None:
    served, root = site({"a.py": config("auth=[Token]") + GET})
    objects_alone = "auth=[Token], permissions=[IsOwner]"
    for mistake in ("auth=['Token']", "permissions=[IsRoot]", objects_alone):
        (root / "a.py").write_text(config(mistake) + GET)
        assert status(served, "root") == 500
    (root / "a.py").write_text(config("auth=[Token]") + GET)
    assert (status(served), status(served, "root")) == (401, 200)


def test_a_call_of_req_check_is_looked_for_in_the_text_that_runs(site: Any) -> None:
    policy = config("auth=[Token], permissions=[IsOwner]")
    served, root = site({"a.py": policy + CHECKS})
    assert status(served, "ann") == 200
    for _ in range(5):
        # As long as the other, and written within the same tick of the clock of many disks.
        (root / "a.py").write_text(policy + CHECKS.replace("req.check", "req._heck"))
        assert status(served, "ann") == 500
        (root / "a.py").write_text(policy + CHECKS)
        assert status(served, "ann") == 200
