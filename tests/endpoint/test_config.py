"""``config = Config(...)``: root to leaf, nearer wins, None clears."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import asdict
from rest_framework.permissions import IsAuthenticated
from rest_framework.throttling import UserRateThrottle

from fileapi import Config, Rate
from fileapi.config import DEFAULTS, UNSET

IMPORT = "from fileapi import Config\n"


def test_a_field_that_is_not_set_is_inherited_and_none_clears_it() -> None:
    outer = Config(body_limit=5)
    assert Config().under(outer) == outer
    assert Config(body_limit=7).under(outer) == Config(body_limit=7)
    assert Config(body_limit=None).under(outer) == Config(body_limit=None)
    assert Config().under(Config()) == Config()


def test_every_field_starts_unset_and_has_a_default() -> None:
    assert set(asdict(Config()).values()) == {UNSET}
    assert asdict(DEFAULTS) == {
        "body": True,
        "body_limit": 1_048_576,
        "max_streams": None,
        "auth": UNSET,  # that nobody need be known is a thing to declare
        "permissions": None,
        "rate": None,
        "cache": None,
        "idempotent": False,
        "deprecated": None,
        "sunset": None,
        "successor": None,
    }


def test_fields_are_inherited_one_by_one() -> None:
    outer = Config(body=False, body_limit=5, max_streams=2).under(DEFAULTS)
    inner = Config(body_limit=7, max_streams=None).under(outer)
    assert asdict(inner) == {**asdict(DEFAULTS), "body": False, "body_limit": 7}


@pytest.mark.parametrize("value", [None, 1, 0, "no", []])
def test_body_is_true_or_false(value: Any) -> None:
    with pytest.raises(ValueError, match=r"body=.* is neither True nor False") as caught:
        Config(body=value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [0, -1, True, False, 1.5, "4", []])
def test_max_streams_is_a_number_of_streams(value: Any) -> None:
    with pytest.raises(ValueError, match=r"max_streams=.* is no number of streams") as caught:
        Config(max_streams=value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [None, 1, 1000])
def test_max_streams_is_positive_or_none(value: int | None) -> None:
    assert Config(max_streams=value).max_streams == value


def test_a_config_cannot_be_changed_and_takes_no_positions() -> None:
    config = Config(body_limit=5)
    with pytest.raises(AttributeError):
        config.body_limit = 6  # type: ignore[misc]
    with pytest.raises(TypeError):
        Config(5)  # type: ignore[misc]
    assert config == Config(body_limit=5)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (0, 0),
        (1000, 1000),
        ("999", 999),
        ("1b", 1),
        ("1kb", 1024),
        ("1 KB", 1024),
        ("25mb", 25 * 1024**2),
        ("2 Mb", 2 * 1024**2),
        ("1gb", 1024**3),
    ],
)
def test_a_size_is_a_number_of_bytes_or_a_text_with_a_unit(value: int | str, size: int) -> None:
    assert Config(body_limit=value).body_limit == size


@pytest.mark.parametrize(
    "value", [-1, True, 1.5, "", "mb", "1.5mb", "-1kb", "1tb", "1 m b", b"1", []]
)
def test_anything_else_is_no_size(value: Any) -> None:
    with pytest.raises(ValueError, match="is no size: write a number of bytes") as caught:
        Config(body_limit=value)
    assert repr(value) in str(caught.value)


class A: ...


class B: ...


class C: ...


def test_permissions_add_up_from_the_root_to_the_leaf_each_once() -> None:
    root = Config(auth=[A], permissions=[A, B]).under(DEFAULTS)
    folder = Config(permissions=[B, C]).under(root)
    assert folder.permissions == (A, B, C)
    assert Config().under(folder).permissions == (A, B, C)
    assert Config(permissions=[]).under(folder).permissions == (A, B, C)
    assert Config(permissions=[A]).under(Config(permissions=None).under(folder)).permissions == (A,)


def test_rates_add_up_from_the_root_to_the_leaf_each_once() -> None:
    root = Config(rate="100/min").under(DEFAULTS)
    folder = Config(rate=["5/s", Rate("100/min"), Rate("100/min", per="user")]).under(root)
    assert folder.rate == (Rate("100/min"), Rate("5/s"), Rate("100/min", per="user"))
    assert Config().under(folder).rate == folder.rate
    assert Config(rate=None).under(folder).rate is None
    assert Config(rate="1/h").under(Config(rate=None).under(folder)).rate == (Rate("1/h"),)


def test_authentication_is_that_of_the_nearest() -> None:
    root = Config(auth=[A, B]).under(DEFAULTS)
    assert Config().under(root).auth == (A, B)
    assert Config(auth=[C]).under(root).auth == (C,)
    assert Config(auth=None, permissions=None).under(root).auth is None


def test_authentication_alone_asks_for_somebody_who_is_known() -> None:
    assert Config(auth=[A]).permissions == (IsAuthenticated,)
    assert Config(auth=(A,)).under(Config(permissions=[B])).permissions == (B, IsAuthenticated)
    assert Config(auth=[A], permissions=None).permissions is None
    assert Config(auth=[A], permissions=[B]).permissions == (B,)
    assert Config(auth=[A], permissions=[]).permissions == ()
    assert Config(auth=None).permissions is UNSET
    with pytest.raises(ValueError, match=r"auth=\(\) names no class: write auth=None\."):
        Config(auth=[])


def test_nobody_need_be_known_and_still_may_contradict_each_other() -> None:
    root = Config(auth=[A]).under(DEFAULTS)
    for inner in (Config(auth=None), Config(auth=None, permissions=[B])):
        with pytest.raises(ValueError, match="auth=None stands under permissions of a folder"):
            inner.under(root)
    cleared = Config(permissions=None).under(root)
    assert Config(auth=None).under(cleared).auth is None
    assert Config(auth=None, permissions=[B]).under(cleared).permissions == (B,)
    assert Config(auth=None).under(DEFAULTS).auth is None


@pytest.mark.parametrize("name", ["auth", "permissions"])
@pytest.mark.parametrize("value", [A, "text", {A}, {A: A}, iter([A]), 1, True])
def test_classes_stand_in_a_list(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{name}=.* is no list: write {name}=\[") as caught:
        Config(**{name: value})
    assert repr(value) in str(caught.value)


def test_a_list_is_copied() -> None:
    declared = [A]
    config = Config(auth=[A], permissions=declared)
    declared.append(B)
    assert config.permissions == (A,)


@pytest.mark.parametrize("value", ["lots", "100", "0/min", "1/fortnight", ["5/s", "x"], 5, [None]])
def test_a_rate_is_a_rate(value: Any) -> None:
    with pytest.raises(ValueError, match="rate="):
        Config(rate=value)


def test_a_throttle_of_drf_is_told_to_be_a_rate() -> None:
    for throttle in (UserRateThrottle, UserRateThrottle()):
        for value in (throttle, [throttle]):
            with pytest.raises(ValueError, match=r"UserRateThrottle.*write Config\(rate='100/min'"):
                Config(rate=value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Config(body_limt=5)", "TypeError: "),
        ("Config(body_limit='lots')", "ValueError: body_limit='lots' is no size"),
        ("Config(5)", "TypeError: "),
        ("Config(body=None)", "ValueError: body=None is neither True nor False"),
        ("Config(max_streams=0)", "ValueError: max_streams=0 is no number"),
        ("Config(permissions='x', nonsense=1)", "TypeError: "),
        ("Config(permissions='x')", "ValueError: permissions='x' is no list"),
        ("Config(auth='x')", "ValueError: auth='x' is no list"),
        ("Config(rate='lots')", "ValueError: rate='lots' is no rate"),
    ],
)
@pytest.mark.parametrize("file", ["a.py", "_middleware.py"])
def test_an_unknown_or_ill_typed_field_names_file_and_line(
    problem_of: Any, file: str, text: str, fault: str
) -> None:
    texts = {"a.py": "def GET(): return 1\n", "_middleware.py": "def middleware(a, b, c): ...\n"}
    texts[file] += f"{IMPORT}config = {text}"
    problem = problem_of(texts)
    assert problem.id == "E020"
    assert problem.message.startswith(f"'{file}:3' cannot be imported: {fault}")


def loaded_limit(mounted: Any, file: str) -> Any:
    route = next(route for route in mounted.folder.routes() if route.file == file)
    return mounted.folder.endpoint(route).load().config.body_limit


def test_configs_go_from_the_root_to_the_leaf(write_tree: Any, mount_tree: Any) -> None:
    def config(limit: object) -> str:
        return f"{IMPORT}config = Config(body_limit={limit!r})\n"

    only_middleware = "def middleware(req, res, next): return next()"
    get = "def GET(): return 1\n"
    mounted = mount_tree(
        write_tree(
            {
                "_middleware.py": config(10),
                "plain.py": get,
                "own.py": get + config(20),
                "empty.py": f"{get}{IMPORT}config = Config()",
                "clears.py": get + config(None),
                "uploads/_middleware.py": config("1kb"),
                "uploads/plain.py": get,
                "uploads/own.py": get + config(30),
                "uploads/(group)/_middleware.py": config(None),
                "uploads/(group)/cleared.py": get,
                "uploads/(group)/deep/set_again.py": get + config(5),
                "other/_middleware.py": only_middleware,
                "other/plain.py": get,
            }
        )
    )
    assert {route.file: loaded_limit(mounted, route.file) for route in mounted.folder.routes()} == {
        "plain.py": 10,
        "own.py": 20,
        "empty.py": 10,
        "clears.py": None,
        "uploads/plain.py": 1024,
        "uploads/own.py": 30,
        "uploads/(group)/cleared.py": None,
        "uploads/(group)/deep/set_again.py": 5,
        "other/plain.py": 10,
    }


def test_without_any_config_the_defaults_hold(write_tree: Any, mount_tree: Any) -> None:
    assert loaded_limit(mount_tree(write_tree({"a.py": "def GET(): ..."})), "a.py") == 1_048_576


def test_the_limit_of_a_folder_is_that_of_its_requests(api: Any) -> None:
    post = "def POST(req): return len(req.raw_body)"
    served = api(
        {
            "small/_middleware.py": f"{IMPORT}config = Config(body_limit=5)",
            "small/a.py": post,
            "small/any.py": f"{post}\n{IMPORT}config = Config(body_limit=None)",
            "b.py": post,
        }
    )
    assert served.post("/api/small/a", data=b"12345").json() == 5
    assert served.post("/api/small/a", data=b"123456").status_code == 413
    assert served.post("/api/small/any", data=b"x" * 2_000_000).json() == 2_000_000
    assert served.post("/api/b", data=b"x" * 1_048_576).json() == 1_048_576
    assert served.post("/api/b", data=b"x" * 1_048_577).status_code == 413
