"""``manage.py routes``"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fileapi.listing import routes
from fileapi.urls import Mount, mounts

COLUMNS = ("url", "methods", "file", "guards", "middleware")


class Command(BaseCommand):
    help = "List every URL of the API folders, its methods, file, guards and middleware."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="write JSON, for programs")
        parser.add_argument(
            "--all", action="store_true", help="also list the files that are no routes, and why"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(mounts())
        if not found:
            raise CommandError('Nothing is mounted. In urls.py: urlpatterns = [mount("api/")]')
        problems = [problem for mount in found for problem in mount.folder.problems()]
        if options["json"]:
            self.write_json(found, problems, everything=options["all"])
        else:
            self.write_table(found, everything=options["all"])
            for problem in problems:
                self.stderr.write(self.style.ERROR(str(problem)))
        if problems:
            raise CommandError(f"{len(problems)} conflicts keep the API folder from being served.")

    def write_json(self, found: list[Mount], problems: list[Any], *, everything: bool) -> None:
        document: dict[str, Any] = {
            "routes": [row for mount in found for row in routes(mount)],
            "problems": [str(problem) for problem in problems],
        }
        if everything:
            document["ignored"] = {
                file: why
                for mount in found
                for file, why in sorted(mount.folder.tree().ignored.items())
            }
        self.stdout.write(json.dumps(document, indent=2))

    def write_table(self, found: list[Mount], *, everything: bool) -> None:
        rows = [row for mount in found for row in routes(mount)]
        lines = [tuple(column.upper() for column in COLUMNS)]
        lines += [tuple(_cell(row[column]) for column in COLUMNS) for row in rows]
        widths = [max(len(line[index]) for line in lines) for index in range(len(COLUMNS))]
        for line in lines:
            self.stdout.write(
                "  ".join(
                    cell.ljust(width) for cell, width in zip(line, widths, strict=True)
                ).rstrip()
            )
        for row in rows:
            if row["problem"]:
                self.stderr.write(self.style.ERROR(row["problem"]))
        if everything:
            for mount in found:
                for file, why in sorted(mount.folder.tree().ignored.items()):
                    self.stdout.write(f"ignored: {file} ({why})")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value) or "-"
    return str(value)
