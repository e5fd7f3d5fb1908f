"""Answer requests: python -m benchmarks.processes.answer {count,show} CONTENDER CASE...

`count` answers each case between two callgrind marks; `show` prints one answer of each as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.callgrind import mark
from benchmarks.cases import CASES, ROWS, Case
from benchmarks.contenders.items.prepare import make_rows, make_user
from benchmarks.wsgi import answer, site

Application = Callable[..., Any]


def count(application: Application, case: Case, token: str) -> None:
    statuses: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        statuses.append(status)

    environs = [case.environ(token) for _ in range(case.warm_up + case.counted)]
    for environ in environs[: case.warm_up]:
        answer(application, environ, start_response)
    # Collection stays on, so the garbage of a request is on its contender's bill. The heap of
    # the start-up is frozen: one full pass over it at a stray place would hide the difference.
    gc.collect()
    gc.freeze()
    mark()
    for environ in environs[case.warm_up :]:
        answer(application, environ, start_response)
    mark()
    # A contender that fails from some request on would be measured at failing.
    wrong = [status for status in statuses if int(status[:3]) != case.status]
    if wrong:
        raise SystemExit(f"{len(wrong)} of {len(statuses)} answers to {case.path}: {wrong[0]}.")


def show(application: Application, case: Case, token: str) -> dict[str, Any]:
    started: list[Any] = []
    body = answer(application, case.environ(token), lambda *start: started.extend(start))
    status, headers = started[:2]
    is_json = dict(headers).get("Content-Type", "").partition(";")[0] == "application/json"
    return {"status": int(status[:3]), "answer": json.loads(body) if is_json else body.decode()}


def main(mode: str, contender: str, *names: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = f"benchmarks.contenders.{contender}.settings"
    application = site()
    token = ""
    shown = []
    for case in map(CASES.__getitem__, names):
        if case.path == "/api/rows":
            make_rows(ROWS)
        elif case.is_guarded:
            token = make_user()
        if mode == "count":
            count(application, case, token)
        else:
            shown.append(show(application, case, token))
    if mode == "show":
        print(json.dumps(shown))


if __name__ == "__main__":
    main(*sys.argv[1:])
