"""JSON is RFC 8259, UTF-8, to a bounded depth, and nothing beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fileapi.http.errors import HttpError
from fileapi.http.json import MAX_DEPTH, JsonObject, decode, encode

SUITE = Path(__file__).parents[2].parent / "shared" / "corpora" / "JSONTestSuite"


def refused(raw: bytes) -> str:
    with pytest.raises(HttpError) as caught:
        decode(raw)
    assert caught.value.status == 400
    return caught.value.detail


@pytest.fixture
def suite(need: Any) -> list[Path]:
    files = sorted(SUITE.glob("*.json"))
    need(bool(files), f"JSONTestSuite is not there: put its test_parsing/ at {SUITE}.")
    return files


def test_everything_that_the_suite_calls_json_is_read(suite: list[Path]) -> None:
    files = [file for file in suite if file.name.startswith("y_")]
    assert len(files) == 95
    for file in files:
        raw = file.read_bytes()
        assert decode(raw) == json.loads(raw), file.name


def test_everything_that_the_suite_calls_broken_is_refused(suite: list[Path]) -> None:
    files = [file for file in suite if file.name.startswith("n_")]
    assert len(files) == 188
    for file in files:
        assert refused(file.read_bytes()), file.name


def test_what_the_suite_leaves_open_is_read_or_refused_and_never_a_crash(
    suite: list[Path],
) -> None:
    read = set()
    for file in suite:
        if file.name.startswith("i_"):
            try:
                encode(decode(file.read_bytes()))
                read.add(file.name)
            except HttpError as error:
                assert error.status == 400, file.name
    assert read == {
        "i_number_double_huge_neg_exp.json",
        "i_number_real_underflow.json",
        "i_number_too_big_neg_int.json",
        "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"{'a': 1}",
        b"[1,]",
        b"// comment\n1",
        b"1 2",
        b"{} x",
        b"\x00",
        b"0x1",
        b"+1",
        b"01",
        b'"\\ud800"',
        b'"a\tb"',
        b"undefined",
        b" ",
        b"",
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    assert refused(raw).startswith("The body is not valid JSON")


def test_of_duplicate_keys_the_last_wins() -> None:
    assert decode(b'{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * depth + closing * depth


TOO_DEEP = "The body is no JSON, or nested deeper than 100 levels."


def test_a_hundred_levels_are_read_and_more_are_not() -> None:
    assert MAX_DEPTH == 100
    assert encode(decode(nested(100))) == nested(100)
    assert refused(nested(101)) == TOO_DEEP
    objects = b'{"a":' * 100 + b"1" + b"}" * 100
    assert encode(decode(objects)) == objects
    assert refused(b'{"a":' * 101 + b"1" + b"}" * 101) == TOO_DEEP


@pytest.mark.parametrize(("opening", "closing"), [(b'[{"a":', b"}]"), (b'{"a":[', b"]}")])
def test_lists_and_objects_in_each_other_count_as_levels_alike(
    opening: bytes, closing: bytes
) -> None:
    for levels, fits in ((100, True), (102, False), (200, False)):
        raw = opening * (levels // 2) + b"1" + closing * (levels // 2)
        if fits:
            assert encode(decode(raw)) == raw
        else:
            assert refused(raw) == TOO_DEEP


@pytest.mark.parametrize("raw", [nested(100_000), b"[" * 100_000, b'{"a":' * 100_000, b"[{" * 600])
def test_depth_is_refused_before_it_can_exhaust_the_stack(raw: bytes) -> None:
    assert refused(raw) == TOO_DEEP


@pytest.mark.parametrize(
    "value",
    [
        "[" * 500,
        "]" * 500,
        "{" * 300 + "[" * 300,
        '"' + "[" * 500,
        "\\" + "[" * 500,
        '\\"' + "[" * 500 + '"',
        "\n[" * 500,
    ],
)
def test_brackets_inside_text_are_no_depth(value: str) -> None:
    for shape in ([value], {value: value}, [[value], {"a": [value]}]):
        assert decode(json.dumps(shape).encode()) == shape


def test_many_shallow_values_are_no_depth() -> None:
    assert len(decode(b"[" + b"[]," * 5_000 + b"{}]")) == 5_001


def test_a_broken_text_of_many_quotes_is_refused_in_linear_time() -> None:
    assert refused(b'["' * 200_000)


def test_an_object_is_a_dict_whose_missing_key_is_the_clients_fault() -> None:
    value = decode(b'{"a": {"b": 1}}')
    assert isinstance(value, dict)
    assert (value, value.get("z"), "z" in value) == ({"a": {"b": 1}}, None, False)
    assert encode(value) == b'{"a":{"b":1}}'
    with pytest.raises(HttpError, match="The body has no 'z'") as caught:
        value["z"]
    assert caught.value.status == 400
    with pytest.raises(KeyError):
        JsonObject()["z"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), b"null"),
        ([float("inf"), {"a": -float("inf")}], b'[null,{"a":null}]'),
        ("ä\u2028</script>", '"ä\u2028</script>"'.encode()),
        (2**70, b"1180591620717411303424"),
        (b"bytes", b'"Ynl0ZXM="'),
    ],
)
def test_what_json_cannot_say_is_said_another_way(value: Any, text: bytes) -> None:
    assert encode(value) == text


def test_the_text_that_templates_make_is_text() -> None:
    from django.utils.html import format_html
    from django.utils.safestring import mark_safe
    from django.utils.translation import gettext_lazy

    assert encode([mark_safe("<b>"), format_html("<i>{}</i>", "<"), gettext_lazy("x")]) == (
        b'["<b>","<i>&lt;</i>","x"]'
    )


def test_subclasses_of_plain_types_and_choices_are_plain() -> None:
    from django.db.models import IntegerChoices, TextChoices

    class Text(str): ...

    class Number(int): ...

    class Size(TextChoices):
        SMALL = "s", "small"

    class Level(IntegerChoices):
        LOW = 1, "low"

    assert encode([Text("x"), Number(3), Size.SMALL, Level.LOW, {Size.SMALL: 1}]) == (
        b'["x",3,"s",1,{"s":1}]'
    )


def test_a_model_of_pydantic_knows_itself_how_to_be_json() -> None:
    class Model:
        def model_dump(self, mode: str) -> dict[str, str]:
            return {"mode": mode}

    assert encode(Model()) == b'{"mode":"json"}'


def test_a_value_without_a_rule_is_refused_with_the_types_that_have_one() -> None:
    with pytest.raises(TypeError, match=r"object has no rule for JSON\. Return str, numbers"):
        encode(object())
    with pytest.raises(TypeError):
        encode({object(): 1})


def test_an_answer_reads_back_as_it_was() -> None:
    value = {"a": [1, 2.5, None, True, "ä", {"b": {}}]}
    assert msgspec.json.decode(encode(value)) == value
