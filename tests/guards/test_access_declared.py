"""What a Config declares of authentication and permissions, root to leaf."""

from __future__ import annotations

from typing import Any

import pytest

from fileapi.checks import check_routes

from .people import PEOPLE, USE, check_refused, token

GET = "def GET(): return 'let in'\n"


@pytest.fixture(params=["lazy", "eager"])
def loading(request: pytest.FixtureRequest) -> str:
    """Refuse the files that are imported on first use, and all of them at once."""
    return str(request.param)


def config(text: str) -> str:
    return f"{USE}config = Config({text})\n"


def deeper(text: str) -> str:
    """Return a config for a folder below, whose classes stand in the root."""
    return config(text).replace("._who", ".._who")


def entries(served: Any, path: str) -> list[int]:
    """Return how a stranger, ann and root fare."""
    return [
        served.get(path, **options).status_code for options in ({}, token("ann"), token("root"))
    ]


def test_permissions_add_up_and_authentication_is_that_of_the_nearest(api: Any) -> None:
    served = api(
        {
            **PEOPLE,
            "_middleware.py": config("auth=[Token]"),
            "a.py": GET,
            "root.py": config("permissions=[IsRoot]") + GET,
            "open.py": config("permissions=None") + GET,
            "all.py": config("auth=None, permissions=None") + GET,
            "keys.py": config("auth=[Key]") + GET,
            "root/_middleware.py": deeper("permissions=[IsRoot]"),
            "root/nods.py": deeper("permissions=[Nods]") + GET,
            "root/empty.py": deeper("permissions=[]") + GET,
            "root/open.py": deeper("permissions=None") + GET,
            "root/(again)/_middleware.py": deeper("permissions=None").replace("._who", ".._who"),
            "root/(again)/one.py": deeper("permissions=[IsAuthenticated]").replace("._", ".._", 1)
            + GET,
        }
    )
    found = {
        path: entries(served, f"/api/{path}")
        for path in ("a", "root", "open", "all", "keys", "root/nods", "root/empty", "root/open",
                     "root/one")
    }  # fmt: skip
    assert found == {
        "a": [401, 200, 200],
        "root": [401, 403, 200],
        "open": [200, 200, 200],
        "all": [200, 200, 200],
        "keys": [401, 401, 401],
        "root/nods": [401, 403, 200],
        "root/empty": [401, 403, 200],
        "root/open": [200, 200, 200],
        "root/one": [401, 200, 200],
    }
    assert served.get("/api/keys", headers={"x-key": "1"}).status_code == 200
    assert served.get("/api/open", **token("eve")).status_code == 401
    assert served.get("/api/all", **token("eve")).status_code == 200


def test_a_permission_that_is_named_twice_is_asked_once(api: Any) -> None:
    served = api(
        {
            **PEOPLE,
            "_middleware.py": config("auth=[Token], permissions=[Nods, IsRoot | Nods]"),
            "a.py": config("permissions=[Nods, IsRoot | Nods]") + "def GET(): return seen",
        }
    )
    answer = served.get("/api/a", **token("root")).json()
    assert answer == ["Token", "Nods", "IsRoot"]


ABOVE = "contradicts itself: auth=None stands under permissions of a folder above"


@pytest.mark.parametrize("text", ["auth=None", "auth=None, permissions=[Nods]"])
def test_auth_none_under_permissions_is_a_contradiction(api: Any, text: str) -> None:
    served = api({**PEOPLE, "_middleware.py": config("auth=[Token]"), "a.py": config(text) + GET})
    check_refused(served, "a.py", "E031", ABOVE, "write permissions=None besides")


def test_auth_none_of_a_folder_under_permissions_names_the_folder(api: Any) -> None:
    served = api(
        {
            **PEOPLE,
            "_middleware.py": config("auth=[Token], permissions=[IsRoot]"),
            "a/_middleware.py": deeper("auth=None"),
            "a/index.py": GET,
        }
    )
    check_refused(served, "a/_middleware.py", "E031", ABOVE, "write permissions=None besides")


@pytest.mark.parametrize("text", ["auth=[]", "auth=(), permissions=[Nods]"])
def test_an_empty_auth_names_nobody_and_is_refused(api: Any, text: str) -> None:
    served = api({**PEOPLE, "_middleware.py": config("auth=[Token]"), "a.py": config(text) + GET})
    assert served.get("/api/a", **token("root")).status_code == 500
    (message,) = check_routes()
    assert (message.id, "names no class" in message.msg) == ("fileapi.E020", True)


@pytest.mark.parametrize("text", ["auth=Token", "auth='Token'", "permissions=IsRoot", "auth={}"])
def test_a_class_outside_a_list_is_told_to_put_it_in_one(api: Any, text: str) -> None:
    served = api({**PEOPLE, "a.py": config(text) + GET})
    (message,) = check_routes()
    assert message.id == "fileapi.E020"
    assert message.msg.startswith(f"'a.py:3' cannot be imported: ValueError: {text[:5]}")
    assert message.msg.endswith(f"is no list: write {text.partition('=')[0]}=[...].")
    assert served.get("/api/a", **token("root")).status_code == 500


def test_a_list_that_is_made_may_be_a_tuple(api: Any) -> None:
    served = api({**PEOPLE, "a.py": config("auth=(Token,), permissions=(Nods,)") + GET})
    assert served.get("/api/a", **token("ann")).status_code == 200
    assert check_routes() == []
