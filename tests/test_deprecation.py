"""Config(deprecated=..., sunset=..., successor=...): what clients and the check are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from fileapi import Config
from fileapi.checks import check_routes

CONFIG = """
from datetime import date
from fileapi import Config, HttpError
config = Config(deprecated=date(2026, 1, 1), sunset=date({year}, 7, 1), successor="/api/v2/users")
"""
HANDLERS = """
def GET(): return 1
async def PUT(): return 2
def DELETE(): raise HttpError(409)
"""


def test_every_answer_of_the_route_says_so(api: Any) -> None:
    served = api(
        {
            "v1/_middleware.py": CONFIG.format(year=2099),
            "v1/users.py": "from fileapi import HttpError" + HANDLERS,
        }
    )
    for method, status in (("GET", 200), ("HEAD", 200), ("PUT", 200), ("DELETE", 409)):
        answer = served.request(method, "/api/v1/users")
        assert answer.status_code == status
        # RFC 9745, 2.1: seconds since 1970; RFC 8594, 3: an HTTP date.
        assert answer.headers["Deprecation"] == "@1767225600"
        assert answer.headers["Sunset"] == "Wed, 01 Jul 2099 00:00:00 GMT"
        assert answer.headers["Link"] == '</api/v2/users>; rel="successor-version"'


def test_a_file_may_take_it_back(api: Any) -> None:
    text = (
        "from fileapi import Config\nconfig = Config(deprecated=None, sunset=None, successor=None)"
    )
    served = api(
        {"_middleware.py": CONFIG.format(year=2099), "a.py": f"{text}\ndef GET(): return 1"}
    )
    assert not {"Deprecation", "Sunset", "Link"} & set(served.get("/api/a").headers)


def test_a_moment_with_a_zone_counts_as_that_moment(api: Any) -> None:
    text = "from datetime import datetime, timezone, timedelta\nfrom fileapi import Config\n"
    text += "zone = timezone(timedelta(hours=2))\n"
    text += "config = Config(deprecated=datetime(2026, 1, 1, 2, tzinfo=zone))\ndef GET(): return 1"
    assert api({"a.py": text}).get("/api/a").headers["Deprecation"] == "@1767225600"


@pytest.mark.parametrize(("year", "ids"), [(2020, ["fileapi.W005"]), (2099, [])])
def test_the_check_warns_after_the_sunset(
    write_tree: Any, mount_tree: Any, year: int, ids: list[str]
) -> None:
    mount_tree(write_tree({"a.py": CONFIG.format(year=year) + "def GET(): return 1"}))
    messages = check_routes()
    assert [message.id for message in messages] == ids
    assert all("a.py" in message.msg and "2020-07-01" in message.msg for message in messages)


@pytest.mark.parametrize("field", ["deprecated", "sunset"])
@pytest.mark.parametrize("value", ["2026-01-01", 5, datetime(2026, 1, 1), True])
def test_what_is_no_day_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{field}=.* is no date, nor a datetime with a time zone"):
        Config(**{field: value})


def test_days_and_moments_are_taken() -> None:
    moment = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    for value in (None, date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), moment):
        assert Config(sunset=value).sunset == value


@pytest.mark.parametrize("value", ["/a b", "/a>", "/ä", 5, "/a\r\nX: y"])
def test_a_successor_is_a_url_that_a_header_can_carry(value: Any) -> None:
    with pytest.raises(ValueError, match="is no URL such as"):
        Config(successor=value)
