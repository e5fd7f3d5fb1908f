"""What a checkout may hold that was put there to be followed or run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fileapi.routing.scan import scan
from tests.routing.trees import problems, templates, tree_of


def test_a27_a_link_that_leaves_the_root_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "api_secrets"
    tree_of(outside, "keys.py")
    root = tmp_path / "api"
    tree_of(root, "hello.py")
    (root / "passwd.py").symlink_to("/etc/passwd")
    (root / "secrets").symlink_to(outside)
    tree = scan(str(root))
    assert templates(tree) == {"hello.py": "hello"}
    assert problems(tree) == [("E012", ("passwd.py",)), ("E012", ("secrets",))]
    assert "leaves the API folder" in tree.problems[0].message


def test_a27_a_loop_of_folders_ends(tmp_path: Path) -> None:
    tree_of(tmp_path, "a/hello.py")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    tree = scan(str(tmp_path))
    assert templates(tree) == {"a/hello.py": "a/hello", "b/hello.py": "b/hello"}
    assert problems(tree) == [
        ("E012", ("a/again",)),
        ("E012", ("a/self",)),
        ("E012", ("b/again",)),
        ("E012", ("b/self",)),
    ]


@pytest.mark.parametrize("links", [["x.py"], ["x.py", "y.py"], ["folder"]])
def test_a27_a_link_to_itself_does_not_end_the_scan(tmp_path: Path, links: list[str]) -> None:
    tree_of(tmp_path, "hello.py")
    for link, target in zip(links, links[1:] + links[:1], strict=True):
        (tmp_path / link).symlink_to(target)
    tree = scan(str(tmp_path))
    assert templates(tree) == {"hello.py": "hello"}
    assert {problem.id for problem in tree.problems} <= {"E012"}


def test_a27_a_link_inside_the_root_is_a_route(tmp_path: Path) -> None:
    tree_of(tmp_path, "users/me.py")
    (tmp_path / "profile.py").symlink_to("users/me.py")
    tree = scan(str(tmp_path))
    assert templates(tree) == {"profile.py": "profile", "users/me.py": "users/me"}
    assert tree.problems == []


def test_a_root_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    tree_of(tmp_path / "real", "hello.py")
    (tmp_path / "api").symlink_to(tmp_path / "real")
    tree = scan(str(tmp_path / "api"))
    assert (templates(tree), tree.problems) == ({"hello.py": "hello"}, [])


HOSTILE = {
    "two words.py": "E013",
    "$HOME.py": "E013",
    "`id`.py": "E013",
    "line\nfeed.py": "E013",
    "tab\there.py": "E013",
    os.fsdecode(b"\xff\xfe.py"): "E013",
    "right\u202eleft.py": "E013",
    "[a b].py": "E008",
    "[x;import os].py": "E008",
    "[__import__('os')].py": "E008",
    "[id=int;x].py": None,
    "a" * 252 + ".py": None,
    "[__class__].py": None,
    "[self].py": None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a28_a_hostile_name_is_reported_by_its_file_or_is_harmless(
    tmp_path: Path, name: str
) -> None:
    tree = tree_of(tmp_path, name)
    expected = HOSTILE[name]
    if expected is None:
        assert [route.file for route in tree.routes] == [name]
    else:
        assert problems(tree) == [(expected, (name,))]
        message = str(tree.problems[0])
        assert repr(name) in message
        assert message.isprintable()


def test_a28_a_folder_that_climbs_is_refused(tmp_path: Path) -> None:
    assert problems(tree_of(tmp_path, "[../x].py")) == [("E007", ("[..",))]
