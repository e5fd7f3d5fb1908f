"""Folders of empty files, and what a scan finds in them, simplified."""

from __future__ import annotations

from pathlib import Path

from fileapi.routing.scan import Tree, scan


def tree_of(root: Path, *files: str) -> Tree:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return scan(str(root))


def templates(tree: Tree) -> dict[str, str]:
    return {route.file: route.template for route in tree.routes}


def problems(tree: Tree) -> list[tuple[str, tuple[str, ...]]]:
    return [(problem.id, problem.files) for problem in tree.problems]
