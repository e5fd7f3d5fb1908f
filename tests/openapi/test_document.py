"""The document: what OpenAPI allows, and what a reader looks for first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from fileapi.openapi.document import encoded
from fileapi.urls import mount

from .generated import files
from .rich import FILES


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the operations by their ids, which must not be shared."""
    found = [each for item in document["paths"].values() for each in item.values()]
    by_id = {each["operationId"]: each for each in found}
    assert len(by_id) == len(found)
    return by_id


def test_the_document_of_the_site_is_valid() -> None:
    document = json.loads(encoded(mount("api/")))
    validate(document)
    assert {"hello.get", "users.byId.get"} <= set(operations(document))


@pytest.mark.parametrize("prefix", ["api/", "", "a/b/"])
def test_a_document_of_everything_is_valid(document: Any, prefix: str) -> None:
    made = document(FILES, prefix)
    validate(made)
    assert made["openapi"] == "3.1.0"
    assert f"/{prefix}structs/{{id}}" in made["paths"]
    assert len(operations(made)) == 27


def test_a_document_of_many_routes_is_valid(document: Any) -> None:
    made = document(files(60))
    validate(made)
    assert len(operations(made)) == 120


@pytest.mark.parametrize(
    ("file", "id"),
    [
        ("users/[id=int].py", "users.byId.get"),
        ("users/index.py", "users.get"),
        ("index.py", "index.get"),
        ("sign-in.py", "signIn.get"),
        ("log_out.py", "logOut.get"),
        ("feed.xml.py", "feedXml.get"),
        ("v1.0/status.py", "v10.status.get"),
        ("[user_id]/posts.py", "byUserId.posts.get"),
        ("files/[...path].py", "files.byPath.get"),
        ("(admin)/stats.py", "stats.get"),
        ("grüße.py", "grüße.get"),
        ("~.py", "index.get"),
    ],
)
def test_an_operation_is_named_by_its_file(document: Any, file: str, id: str) -> None:
    assert list(operations(document({file: "def GET(): return 1"}))) == [id]


def test_an_optional_catch_all_is_two_operations(document: Any) -> None:
    made = document({"docs/[[...page]].py": "def GET(page): return page"})
    assert list(made["paths"]) == ["/api/docs/{page}", "/api/docs"]
    found = operations(made)
    assert list(found) == ["docs.byPage.get", "docs.get"]
    [page] = found["docs.byPage.get"]["parameters"]
    assert page["name"] == "page"
    assert page["required"]
    assert "404" in found["docs.byPage.get"]["responses"]
    assert not {"parameters", "404"} & {*found["docs.get"], *found["docs.get"]["responses"]}
    root = operations(document({"[[...page]].py": "def GET(page): return page"}))
    assert list(root) == ["byPage.get", "index.get"]


def test_files_whose_names_are_one_word_have_a_number_each(document: Any) -> None:
    one = "def GET(): return 1"
    made = operations(document({"by-id.py": one, "[id].py": one, "by_id.py": one, "byId.py": one}))
    assert list(made) == ["byId.get", "byId2.get", "byId3.get", "byId4.get"]


def test_two_types_of_one_parameter_are_two_paths(document: Any) -> None:
    made = document({"a/[id=int].py": "def GET(): pass", "a/[id=uuid].py": "def GET(): pass"})
    validate(made)
    assert {
        path: item["get"]["parameters"][0]["schema"]["type"] for path, item in made["paths"].items()
    } == {"/api/a/{id}": "integer", "/api/a/{id_uuid}": "string"}
    assert list(operations(made)) == ["a.byId.get", "a.byIdUuid.get"]
    apart = document({"a/[id=int].py": "def GET(): pass", "a/[id=uuid].py": "def PUT(): pass"})
    assert list(apart["paths"]) == ["/api/a/{id}"]
    assert list(operations(apart)) == ["a.byId.get", "a.byId.put"]


def test_a_tag_is_the_first_folder(document: Any) -> None:
    one = "def GET(): return 1"
    made = document(
        {
            "a/b/c.py": one,
            "(staff)/d.py": one,
            "[tenant=slug]/e.py": one,
            "[t]/f.py": one,
            "g.py": one,
        }
    )
    assert {id: each.get("tags") for id, each in operations(made).items()} == {
        "a.b.c.get": ["a"],
        "d.get": ["staff"],
        "byTenant.e.get": ["tenant"],
        "byT.f.get": ["t"],
        "g.get": None,
    }


def test_a_docstring_is_summary_and_description(document: Any) -> None:
    made = operations(
        document(
            {
                "a.py": '''
                    def GET():
                        """List them.

                        By id,
                        one after the other.
                        """
                    def POST(): "Make one."
                    def PUT(): pass
                '''
            }
        )
    )
    assert made["a.get"]["summary"] == "List them."
    assert made["a.get"]["description"] == "By id,\none after the other."
    assert made["a.post"]["summary"] == "Make one."
    assert not {"summary", "description"} & (made["a.put"].keys() | {*made["a.post"]} - {"summary"})


def test_a_converter_is_a_schema(document: Any) -> None:
    made = document({"[a=int]/[b=uuid]/[c=slug]/[d]/[...e].py": "def GET(): pass"})
    [item] = made["paths"].values()
    schemas = {each["name"]: each["schema"] for each in item["get"]["parameters"]}
    assert schemas == {
        "a": {"type": "integer", "minimum": 0},
        "b": {"type": "string", "format": "uuid"},
        "c": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
        "d": {"type": "string", "minLength": 1},
        "e": {"type": "string", "minLength": 1},
    }


def test_only_what_is_deprecated_says_so(document: Any) -> None:
    config = "from datetime import date\nfrom fileapi import Config\nconfig = Config({})\n"
    made = operations(
        document(
            {
                "a.py": config.format("deprecated=date(2026, 1, 1)") + "def GET(): pass",
                "b.py": config.format("sunset=date(2099, 1, 1)") + "def GET(): pass",
            }
        )
    )
    assert [made["a.get"].get("deprecated"), made["b.get"].get("deprecated")] == [True, None]


def test_the_settings_name_the_api(document: Any, settings: Any) -> None:
    assert document({})["info"] == {"title": "API", "version": "1"}
    settings.FILEAPI_OPENAPI = {"title": "Shop", "description": "Books."}
    made = document({"a.py": "def GET(): pass"})
    assert made["info"] == {"title": "Shop", "version": "1", "description": "Books."}
    validate(made)


def test_a_file_that_cannot_be_served_is_left_out(document: Any) -> None:
    made = document({"a.py": "def GET(): pass", "b.py": "import nothing_at_all"})
    assert list(made["paths"]) == ["/api/a"]


def test_the_document_and_the_page_are_not_of_the_api(document: Any) -> None:
    made = document(
        {
            "openapi.json.py": "from fileapi.openapi.serve import GET",
            "reference/index.py": "from fileapi.openapi.page import GET",
            "a.py": "def GET(): pass",
        }
    )
    assert list(made["paths"]) == ["/api/a"]
