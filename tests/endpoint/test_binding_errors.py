"""A signature that nothing can fill is a load error, with the way out."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_name_that_nothing_fills_is_told_the_allowed_ones(problem_of: Any) -> None:
    problem = problem_of({"[team]/[id=int].py": "def GET(team, user): ..."})
    assert (problem.id, problem.message, problem.hint, problem.files) == (
        "E025",
        "[team]/[id=int].py: GET takes 'user', which nothing fills.",
        "It may take req, res, query, body, team, id.",
        ("[team]/[id=int].py",),
    )


def test_handler_is_named_as_it_is_written(problem_of: Any) -> None:
    problem = problem_of({"a.py": "def handler(request): ..."})
    assert problem.message == "a.py: handler takes 'request', which nothing fills."
    assert problem.hint == "It is called 'req' here."


@pytest.mark.parametrize(
    ("parameter", "field"),
    [
        ("q: str", "q: str"),
        ("q: 'str'", "q: str"),
        ("page: int", "page: int"),
        ("page: int = 1", "page: int = 1"),
        ("q=''", "q: str = ''"),
        ("deep: bool = False", "deep: bool = False"),
        ("tags: list[str] = ()", "tags: list[str] = ()"),
    ],
)
def test_what_looks_like_a_query_parameter_gets_the_struct_spelled_out(
    problem_of: Any, parameter: str, field: str
) -> None:
    problem = problem_of({"a.py": f"def GET({parameter}): ..."})
    assert problem.id == "E025"
    assert problem.hint == (
        "It may take req, res, query, body. From the query string: "
        f"'class Search(msgspec.Struct): {field}' and 'query: Search'."
    )


def test_the_hint_about_the_query_is_for_what_looks_like_it_alone(problem_of: Any) -> None:
    assert "Search" not in problem_of({"a.py": "def GET(service: dict): ..."}).hint


@pytest.mark.parametrize("parameter", ["*args", "**kwargs", "*args: int"])
def test_open_ended_parameters_are_refused(problem_of: Any, parameter: str) -> None:
    problem = problem_of({"a.py": f"def GET(req, {parameter}): ..."})
    assert (problem.id, problem.message, problem.hint) == (
        "E025",
        f"a.py: GET takes {parameter}, which nothing can fill.",
        "Name the arguments that you need.",
    )


@pytest.mark.parametrize(
    ("file", "annotation", "message", "hint"),
    [
        (
            "users/[id].py",
            "int",
            "users/[id].py: GET takes id: int, but '[id]' gives str.",
            "Name the file 'users/[id=int].py'.",
        ),
        (
            "users/[id].py",
            "UUID",
            "users/[id].py: GET takes id: uuid.UUID, but '[id]' gives str.",
            "Name the file 'users/[id=uuid].py'.",
        ),
        (
            "[id]/posts.py",
            "int",
            "[id]/posts.py: GET takes id: int, but '[id]' gives str.",
            "Name the file '[id=int]/posts.py'.",
        ),
        (
            "[id=int].py",
            "str",
            "[id=int].py: GET takes id: str, but '[id=int]' gives int.",
            "Annotate it with int.",
        ),
        (
            "[id=int].py",
            "UUID",
            "[id=int].py: GET takes id: uuid.UUID, but '[id=int]' gives int.",
            "Name the file '[id=uuid].py'.",
        ),
        (
            "[id=uuid].py",
            "str",
            "[id=uuid].py: GET takes id: str, but '[id=uuid]' gives UUID.",
            "Annotate it with UUID.",
        ),
        (
            "[id=slug].py",
            "float",
            "[id=slug].py: GET takes id: float, but '[id=slug]' gives str.",
            "Annotate it with str.",
        ),
        (
            "[id].py",
            "bool",
            "[id].py: GET takes id: bool, but '[id]' gives str.",
            "Annotate it with str.",
        ),
        (
            "[...id].py",
            "str",
            "[...id].py: GET takes id: str, but '[...id]' gives list[str].",
            "Annotate it with list[str].",
        ),
        (
            "[[...id]].py",
            "int",
            "[[...id]].py: GET takes id: int, but '[[...id]]' gives list[str].",
            "Annotate it with list[str].",
        ),
    ],
)
@pytest.mark.parametrize("first", ["", "from __future__ import annotations\n"])
def test_a_path_parameter_of_a_type_that_its_converter_does_not_produce_is_refused(
    problem_of: Any, file: str, annotation: str, message: str, hint: str, first: str
) -> None:
    problem = problem_of({file: f"{first}from uuid import UUID\ndef GET(id: {annotation}): ..."})
    assert (problem.id, problem.message, problem.hint) == ("E025", message, hint)


@pytest.mark.parametrize(
    ("file", "signature", "name"),
    [
        ("a.py", "query: Missing", "query"),
        ("a.py", "body: 'Missing'", "body"),
        ("[id].py", "id: Missing", "id"),
        ("a.py", ") -> (Missing", "return"),
    ],
)
def test_an_annotation_that_cannot_be_evaluated_is_refused(
    problem_of: Any, file: str, signature: str, name: str
) -> None:
    problem = problem_of({file: f"from __future__ import annotations\ndef GET({signature}): ..."})
    assert problem.id == "E025"
    assert problem.message.startswith(f"{file}: GET annotates {name} with ")
    assert "which cannot be evaluated: name 'Missing' is not defined." in problem.message
    assert problem.hint == "Import it outside TYPE_CHECKING."


@pytest.mark.parametrize(
    ("signature", "what"),
    [
        ("query: int | Struct | Other", "annotates query with"),
        ("body: Struct | Other", "annotates body with"),
        (") -> (Struct | Other", "returns"),
    ],
)
def test_a_type_without_a_rule_is_refused(problem_of: Any, signature: str, what: str) -> None:
    problem = problem_of(
        {
            "a.py": f"""
                import msgspec
                class Struct(msgspec.Struct): x: int
                class Other(msgspec.Struct): y: int
                def GET({signature}): ...
            """
        }
    )
    assert problem.id == "E025"
    assert problem.message.startswith(f"a.py: GET {what} ")
    assert "which has no rule: " in problem.message
    assert problem.hint.startswith("Use Structs, dataclasses")


@pytest.mark.parametrize("signature", ["query: Odd", "body: Odd", ") -> (Odd"])
def test_a_class_of_ones_own_without_a_rule_is_refused(problem_of: Any, signature: str) -> None:
    problem = problem_of({"a.py": f"class Odd: ...\ndef POST({signature}): ..."})
    assert problem is not None
    assert (problem.id, "which has no rule: " in problem.message) == ("E025", True)


def test_a_file_with_a_bad_signature_answers_500_and_the_log_says_what_to_do(
    api: Any, errors_logged: Any
) -> None:
    served = api({"a.py": "def GET(request): ...\ndef POST(): return 1"})
    assert [served.get("/api/a").status_code, served.post("/api/a").status_code] == [500, 500]
    assert len(errors_logged()) == 2
    assert "It is called 'req' here." in errors_logged()[0]
