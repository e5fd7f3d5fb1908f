"""A folder on disk to a list of routes. The disk is read here and nowhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import force_setattr

from .problem import Problem
from .segments import Kind, Segment, SegmentError, parse

MIDDLEWARE_FILE = "_middleware.py"

# These take digits, letters and hyphens alone; any other parameter may be any text.
PLAIN_CONVERTERS = ("int", "uuid", "slug")

# A folder changed within this time of a scan may change again without a new time stamp.
CLOCK_GRAIN_NS = 50_000_000


class Route(Struct, frozen=True, kw_only=True):
    """A file that answers a URL. Paths are relative to the root and use ``/``.

    ``middleware`` holds the ``_middleware.py`` files that apply, root to leaf.
    """

    file: str
    segments: tuple[Segment, ...]
    middleware: tuple[str, ...] = ()
    # Derived from the segments, once.
    parameters: tuple[str, ...] = ()
    takes_text: bool = False

    def __post_init__(self) -> None:
        dynamic = [segment for segment in self.segments if segment.kind]
        names = tuple([segment.name for segment in dynamic])
        takes_text = any(segment.converter not in PLAIN_CONVERTERS for segment in dynamic)
        force_setattr(self, "parameters", names)
        force_setattr(self, "takes_text", takes_text)

    @property
    def name(self) -> str:
        """The route's own spelling, for ``reverse()``; the root's is ``index``."""
        name = "/".join([segment.text for segment in self.segments])
        return "index/index" if name == "index" else name or "index"

    @property
    def template(self) -> str:
        """The spelling of Django's ``path()``: ``users/<int:id>``."""
        return "/".join([_TEMPLATES[segment.kind].format(segment) for segment in self.segments])


_TEMPLATES = {
    Kind.STATIC: "{0.text}",
    Kind.TYPED: "<{0.converter}:{0.name}>",
    Kind.DYNAMIC: "<str:{0.name}>",
    Kind.CATCH_ALL: "<path:{0.name}>",
    Kind.OPTIONAL_CATCH_ALL: "<path:{0.name}>",
}


class Tree(Struct, kw_only=True):
    """What a scan found. ``folders`` maps each folder to its time stamp in ns, 0 if unsettled."""

    root: str
    routes: list[Route] = []
    ignored: dict[str, str] = {}
    folders: dict[str, int] = {}
    problems: list[Problem] = []

    def is_current(self) -> bool:
        """Tell whether no folder has changed since the scan."""
        try:
            return all(os.stat(path).st_mtime_ns == at for path, at in self.folders.items())
        except OSError:
            return False


def ignored_because(name: str) -> str:
    """Return why a file of this name is no route, or an empty string for a route."""
    if not name.endswith(".py"):
        return "not a .py file"
    if name == "__init__.py":
        return "makes the folder a package"
    if name == MIDDLEWARE_FILE:
        return "applies to the files below its folder"
    if name.startswith(("_", ".")):
        return "the name starts with '_' or '.'"
    if name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py"):
        return "a test"
    return ""


def is_hidden(folder: str) -> bool:
    """Tell whether a folder of this name holds no routes."""
    return folder.startswith(("_", ".")) or folder == "tests"


def scan(root: str) -> Tree:
    """Read the folder ``root`` and return its routes, sorted by file, and every problem."""
    root = os.path.realpath(root)
    tree = Tree(root=root)
    if not os.path.isdir(root):
        tree.problems.append(
            Problem(
                id="E014",
                message=f"The API folder {os.path.basename(root)!r} does not exist.",
                hint="Create it beside the root URLconf, or name its package in FILEAPI_ROOT.",
            )
        )
        return tree
    names = set(os.listdir(root))
    if "models.py" in names or "apps.py" in names:
        tree.problems.append(
            Problem(
                id="E015",
                message=f"The API folder {os.path.basename(root)!r} looks like a Django app.",
                hint="Every .py file here is a URL: keep models.py and apps.py elsewhere.",
                files=tuple(sorted(names & {"models.py", "apps.py"})),
            )
        )
        return tree
    _Walk(tree).folder(root, "", (), (), frozenset({root}))
    tree.routes.sort(key=lambda route: route.file)
    return tree


class _Walk:
    """One pass over the disk; segments are parsed once per spelling and shared."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.segments: dict[str, Segment] = {}

    def folder(
        self,
        path: str,
        relative: str,
        segments: tuple[Segment, ...],
        middleware: tuple[str, ...],
        above: frozenset[str],
    ) -> None:
        tree = self.tree
        self.stamp(path)
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        self.report_case_twins(relative, entries)
        if any(entry.name == MIDDLEWARE_FILE for entry in entries):
            middleware = (*middleware, relative + MIDDLEWARE_FILE)
        for entry in entries:
            name = entry.name
            file = relative + name
            if _is_folder(entry):
                if is_hidden(name):
                    tree.ignored[file + "/"] = "a private folder"
                    continue
                target = self.target(entry, file, above)
                segment = target and self.segment(file, name)
                if target and segment:
                    below = segments if segment.kind is Kind.GROUP else (*segments, segment)
                    self.folder(entry.path, file + "/", below, middleware, above | {target})
            elif reason := ignored_because(name):
                if name.endswith(".py"):
                    tree.ignored[file] = reason
            elif self.target(entry, file, above):
                self.route(file, name.removesuffix(".py"), segments, middleware)

    def route(
        self, file: str, stem: str, segments: tuple[Segment, ...], middleware: tuple[str, ...]
    ) -> None:
        if stem != "index":
            segment = self.segment(file, stem)
            if segment is None:
                return
            if segment.kind is Kind.GROUP:
                self.problem(
                    "E007",
                    f"{file!r} is a group, and a group is a folder.",
                    "Take the parentheses away, or make it a folder.",
                    file,
                )
                return
            segments = (*segments, segment)
        self.tree.routes.append(Route(file=file, segments=segments, middleware=middleware))

    def stamp(self, path: str) -> None:
        changed = os.stat(path).st_mtime_ns
        settled = time.time_ns() - changed > CLOCK_GRAIN_NS
        self.tree.folders[path] = changed if settled else 0

    def segment(self, file: str, text: str) -> Segment | None:
        if text not in self.segments:
            try:
                self.segments[text] = parse(text)
            except SegmentError as error:
                self.problem(error.id, f"{file!r}: {error}", error.hint, file)
                return None
        return self.segments[text]

    def report_case_twins(self, relative: str, entries: list[os.DirEntry[str]]) -> None:
        seen: dict[str, str] = {}
        for name in _routable(entries):
            twin = seen.setdefault(name.casefold(), name)
            if twin != name:
                self.problem(
                    "E011",
                    f"{relative + twin!r} and {relative + name!r} differ only in case.",
                    "Some disks hold only one of the two. Rename one.",
                    relative + twin,
                    relative + name,
                )

    def target(self, entry: os.DirEntry[str], file: str, above: frozenset[str]) -> str:
        """Return the real path of an entry, or an empty string for a link that may not be used."""
        if not entry.is_symlink():
            return entry.path
        target = os.path.realpath(entry.path)
        if os.path.commonpath([self.tree.root, target]) != self.tree.root:
            self.problem(
                "E012",
                f"{file!r} is a link that leaves the API folder.",
                "Move the file into the folder, or import it from a file there.",
                file,
            )
            return ""
        if not os.path.exists(target):
            self.problem(
                "E012", f"{file!r} is a link that leads nowhere.", "Remove the link.", file
            )
            return ""
        if target in above:
            self.problem(
                "E012", f"{file!r} is a link to a folder that holds it.", "Remove the link.", file
            )
            return ""
        return target

    def problem(self, id: str, message: str, hint: str, *files: str) -> None:
        self.tree.problems.append(Problem(id=id, message=message, hint=hint, files=files))


def _routable(entries: list[os.DirEntry[str]]) -> Iterator[str]:
    for entry in entries:
        if not (is_hidden(entry.name) if _is_folder(entry) else ignored_because(entry.name)):
            yield entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
