"""Who may call an operation, as security schemes."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

HEAD = """
from rest_framework import authentication as drf
from rest_framework.permissions import IsAuthenticated
from fileapi import Config
class Bearer(drf.TokenAuthentication):
    keyword = "Bearer"
class Key(drf.TokenAuthentication):
    keyword = "Api-Key"
class Silent(drf.BaseAuthentication):
    def authenticate(self, request): return None
"""


def secured(document: Any, config: str) -> tuple[Any, Any]:
    made = document({"a.py": f"{HEAD}config = Config({config})\ndef GET(): return 1"})
    validate(made)
    return made["paths"]["/api/a"]["get"].get("security"), made["components"].get("securitySchemes")


@pytest.mark.parametrize(
    ("auth", "scheme"),
    [
        ("drf.BasicAuthentication", {"type": "http", "scheme": "basic"}),
        ("Bearer", {"type": "http", "scheme": "bearer"}),
        ("drf.SessionAuthentication", {"type": "apiKey", "in": "cookie", "name": "sessionid"}),
        ("Silent", {"type": "apiKey", "in": "cookie", "name": "sessionid"}),
        (
            "Key",
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Api-Key`, a space, and the credentials.",
            },
        ),
    ],
)
def test_an_authentication_class_is_a_scheme(
    document: Any, auth: str, scheme: dict[str, str]
) -> None:
    name = auth.rpartition(".")[2]
    assert secured(document, f"auth=[{auth}]") == ([{name: []}], {name: scheme})


def test_several_classes_are_alternatives(document: Any) -> None:
    security, schemes = secured(document, "auth=[drf.SessionAuthentication, Bearer]")
    assert security == [{"SessionAuthentication": []}, {"Bearer": []}]
    assert list(schemes) == ["SessionAuthentication", "Bearer"]


def test_nobody_need_be_known_where_nothing_refuses_a_stranger(document: Any) -> None:
    assert secured(document, "auth=[Bearer], permissions=None")[0] == [{"Bearer": []}, {}]
    assert secured(document, "auth=None") == (None, None)
    assert secured(document, "") == (None, None)


def test_a_session_cookie_of_another_name_is_named(document: Any, settings: Any) -> None:
    settings.SESSION_COOKIE_NAME = "who"
    assert secured(document, "auth=[drf.SessionAuthentication]")[1] == {
        "SessionAuthentication": {"type": "apiKey", "in": "cookie", "name": "who"}
    }


def test_two_classes_of_one_name_are_two_schemes(document: Any) -> None:
    text = """
        from rest_framework.authentication import TokenAuthentication
        from fileapi import Config
        class Mine(TokenAuthentication):
            keyword = "{}"
        config = Config(auth=[Mine])
        def GET(): return 1
    """
    files = {
        f"{name}.py": text.format(word)
        for name, word in zip("abc", ("Bearer", "X", "X"), strict=True)
    }
    made = document(files)
    validate(made)
    assert [next(iter(item["get"]["security"][0])) for item in made["paths"].values()] == [
        "Mine",
        "Mine2",
        "Mine2",
    ]
    assert made["components"]["securitySchemes"]["Mine"]["scheme"] == "bearer"
    assert made["components"]["securitySchemes"]["Mine2"]["type"] == "apiKey"


def test_a_folder_guards_its_files(document: Any) -> None:
    made = document(
        {
            "_middleware.py": f"{HEAD}config = Config(auth=[Bearer])",
            "a.py": "def GET(): return 1",
            "b.py": f"{HEAD}config = Config(permissions=None)\ndef GET(): return 1",
        }
    )
    assert made["paths"]["/api/a"]["get"]["security"] == [{"Bearer": []}]
    assert made["paths"]["/api/b"]["get"]["security"] == [{"Bearer": []}, {}]
