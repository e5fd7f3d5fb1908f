"""Limits of mounted route files: what they are bound to, and what they come before and after."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.conftest import Api

_stores = itertools.count()

LOGIN = {
    "login.py": """
        from fileapi import Config
        config = Config(rate="5/min")
        def GET(): return "in"
        def POST(): return "in"
        """
}

WHO = """
    from types import SimpleNamespace
    from rest_framework.authentication import BaseAuthentication
    from rest_framework.exceptions import AuthenticationFailed
    from fileapi import Config, Rate

    class Named(BaseAuthentication):
        def authenticate(self, request):
            name = request.headers.get("X-Name")
            if name == "wrong":
                raise AuthenticationFailed
            return SimpleNamespace(pk=name, is_authenticated=True), None

    config = Config(auth=[Named], rate=["4/min", Rate("2/min", per="user")])
    """


@pytest.fixture(autouse=True)
def store(settings: Any) -> None:
    """Count in a memory of the test's own."""
    settings.FILEAPI_RATE_STORE = f"memory://routes-{next(_stores)}"


def test_h08_no_spelling_and_no_method_has_a_count_of_its_own(api: Any) -> None:
    served = api(LOGIN)
    methods = ["GET", "HEAD", "POST"]
    spellings = [
        "/api/login",
        "/api/%6cogin",
        "/api/%6C%6f%67%69%6E",
        "/api/login?a=1",
        "/api/login?",
        "/api/login#a",
    ]
    tries = [(method, path) for path in spellings for method in methods]
    passed = [served.request(method, path).status_code for method, path in tries]
    assert passed == [200] * 5 + [429] * 13
    others = ["/api/login/", "/api//login", "//api/login", "/api/./login", "/api/x/../login"]
    others += ["/api/LOGIN", "/api/login;a", "/api/login%2f", "/api/login%00", "/api/login.json"]
    for path in others:
        for method in methods:
            assert served.request(method, path).status_code not in (200, 503), path


def test_h08_one_count_for_every_parameter_of_a_route(api: Any) -> None:
    served = api(
        {
            "users/[id=int].py": """
            from fileapi import Config
            config = Config(rate="3/min")
            def GET(id): return id
            """
        }
    )
    assert [served.get(f"/api/users/{id}").status_code for id in range(5)] == [200] * 3 + [429] * 2


def test_h08_a_folder_limits_each_of_its_files_by_itself(api: Any) -> None:
    served = api(
        {
            "_middleware.py": "from fileapi import Config\nconfig = Config(rate='2/min')",
            "a.py": "def GET(): return 'a'",
            "b.py": "from fileapi import Config\nconfig = Config(rate='1/s')\n"
            "def GET(): return 'b'",
            "c.py": "from fileapi import Config\nconfig = Config(rate=None)\ndef GET(): return 'c'",
        }
    )
    assert [served.get("/api/a").status_code for _ in range(3)] == [200, 200, 429]
    answer = served.get("/api/b")
    assert answer["RateLimit-Policy"] == '"address";q=1;w=1, "address-2";q=2;w=60'
    assert answer["RateLimit"] == '"address";r=0;t=1, "address-2";r=1;t=60'
    assert [served.get("/api/c").status_code for _ in range(3)] == [200] * 3
    assert "RateLimit" not in served.get("/api/c")


def test_other_methods_and_preflights_are_answered_before_and_not_counted(api: Any) -> None:
    served = api(LOGIN)
    for _ in range(10):
        assert served.options("/api/login").status_code == 204
        assert served.delete("/api/login").status_code == 405
    assert served.get("/api/login")["RateLimit"] == '"address";r=4;t=60'


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_h07_errors_of_a_limited_route_tell_the_count_too(api: Any, kind: str) -> None:
    served = api(
        {
            "gone.py": f"""
            from fileapi import Config, HttpError
            config = Config(rate="5/min")
            {kind} GET(): raise HttpError(410)
            """
        }
    )
    answer = served.get("/api/gone")
    assert answer.status_code == 410
    assert answer["RateLimit-Policy"] == '"address";q=5;w=60'
    assert answer["RateLimit"] == '"address";r=4;t=60'


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_h07_a_refusal_is_a_problem_and_its_handler_does_not_run(api: Any, kind: str) -> None:
    served = api(
        {
            "once.py": f"""
            from fileapi import Config
            config = Config(rate="1/hour")
            ran = []
            {kind} POST(body):
                ran.append(body)
                return len(ran)
            """
        }
    )
    assert served.post("/api/once", json={}).json() == 1
    answer = served.post("/api/once", data="{", content_type="application/json")
    assert answer.status_code == 429  # before the body is read
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert 3599 <= int(answer["Retry-After"]) <= 3601
    assert answer["RateLimit"].startswith('"address";r=0;t=')
    assert answer.json()["title"] == "Too Many Requests"


def test_addresses_are_counted_before_who_asks_is_known_and_users_after(api: Any) -> None:
    served = api({"who/_middleware.py": WHO, "who/me.py": "def GET(req): return req.user.pk"})

    def ask(name: str) -> int:
        return int(served.get("/api/who/me", headers={"X-Name": name}).status_code)

    answer = served.get("/api/who/me", headers={"X-Name": "a"})
    assert answer["RateLimit-Policy"] == '"address";q=4;w=60, "user";q=2;w=60'
    assert answer["RateLimit"] == '"address";r=3;t=60, "user";r=1;t=60'
    assert [ask("a"), ask("a")] == [200, 429]
    assert ask("wrong") == 401  # the fourth of this address
    assert [ask("wrong"), ask("b")] == [429, 429]
    answer = served.get("/api/who/me", headers={"X-Name": "b"})
    assert answer["RateLimit-Policy"] == '"address";q=4;w=60'  # it did not come to the user's


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_handler_limits_by_a_key_of_its_own(api: Any, kind: str) -> None:
    await_ = "await sync_to_async(req.limit)" if kind == "async def" else "req.limit"
    source = f"""
        from asgiref.sync import sync_to_async
        {kind} POST(req, body):
            {await_}("2/min", body["email"])
            return "sent"
        """
    served = api({"reset.py": source, "other.py": source})

    def ask(path: str, email: str) -> Any:
        return served.post(path, json={"email": email})

    assert [ask("/api/reset", "a@x.org").status_code for _ in range(3)] == [200, 200, 429]
    answer = ask("/api/reset", "a@x.org")
    assert answer["Cache-Control"] == "no-store"
    assert 59 <= int(answer["Retry-After"]) <= 61
    assert "RateLimit" not in answer  # nobody learns how often another one's account was asked for
    assert ask("/api/reset", "b@x.org").status_code == 200
    assert ask("/api/other", "a@x.org").status_code == 200


def test_what_a_handler_counts_and_what_its_file_counts_are_two_things(api: Any) -> None:
    served = api(
        {
            "both.py": """
            from fileapi import Config, Rate
            config = Config(rate=Rate("3/min", per=lambda req: "k"))
            def GET(req):
                req.limit("3/min", "k")
                return "ok"
            """
        }
    )
    assert [served.get("/api/both").status_code for _ in range(4)] == [200] * 3 + [429]


def test_two_rates_of_a_handler_are_counted_apart(api: Any) -> None:
    served = api(
        {
            "two.py": """
            def GET(req):
                req.limit("5/min", "k")
                req.limit("3/min", "k")
                return "ok"
            """
        }
    )
    assert [served.get("/api/two").status_code for _ in range(4)] == [200] * 3 + [429]


def test_a_wrong_rate_in_a_handler_is_a_bug(api: Any) -> None:
    served = api({"bug.py": "def GET(req): req.limit('often', 'k')"})
    assert served.get("/api/bug").status_code == 500


def test_without_a_usable_store_a_limited_route_is_500_and_others_answer(
    mode: str, write_tree: Any, mount_tree: Any, settings: Any
) -> None:
    settings.FILEAPI_RATE_STORE = "nonsense"
    served = Api(mount_tree(write_tree({**LOGIN, "free.py": "def GET(): return 'f'"})), mode)
    assert served.get("/api/login").status_code == 500
    assert served.get("/api/free").status_code == 200
