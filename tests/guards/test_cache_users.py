"""Four users, every cached GET, three ways to cache: no byte of another user."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from project.accounts.models import User

from .kept import HEAD
from .people import PEOPLE, USE

pytestmark = pytest.mark.usefixtures("empty_cache")

NAMES = ("ann", "bob", "root", None)
MODES = {"none": "None", "for all": "Cache(60)", "per user": "Cache(60, per_user=True)"}

# Each answers with who is asking, in another way.
HANDLERS = {
    "returned": "def GET(req): return secret(req.user)",
    "awaited": "async def GET(req): return secret(req.user)",
    "by_header": "def GET(req): return secret(req.headers.get('Authorization'))",
    "by_meta": "def GET(req): return secret(req.META.get('HTTP_AUTHORIZATION'))",
    "by_token": "def GET(req): return secret(req.auth)",
    "by_django": "def GET(req): return secret(req.django.user)",
    "in_a_header": "def GET(req, res): res.set_header('X-Me', secret(req.user)).send('you')",
    "in_a_cookie": "def GET(req, res): res.set_cookie('me', secret(req.user)).send('you')",
    "as_text": "def GET(req, res): res.send(secret(req.user))",
    "as_a_stream": "def GET(req, res): res.stream([secret(req.user)])",
    "djangos": "from django.http import HttpResponse\n"
    "def GET(req): return HttpResponse(secret(req.user))",
    "refused": "def GET(req): raise HttpError(403, secret(req.user))",
    "a_path/[name]": "def GET(req, name): return secret(req.user) + name",
}
SECRET = "def secret(who): return f'of {getattr(who, \"pk\", who)}.'\n"


def text(response: Any) -> str:
    """Return all of an answer, its body and its headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{body.decode()} {dict(response.headers)} {response.cookies.output()}"


@pytest.mark.parametrize("mode_of_cache", MODES.values(), ids=MODES)
@pytest.mark.parametrize("file", HANDLERS)
def test_h12_no_byte_of_another_user(
    write_tree: Any, mount_tree: Any, file: str, mode_of_cache: str
) -> None:
    # Authenticated as the mode allows: by the route, or, for all alike, by Django's middleware.
    auth = "" if mode_of_cache == "Cache(60)" else "auth=[Token], permissions=[Nods], "
    config = f"config = Config({auth}cache={mode_of_cache})\n"
    mount_tree(
        write_tree(
            {
                **PEOPLE,
                f"{file}.py": f"{USE.replace('._', f'{dots(file)}_')}{HEAD}{config}"
                f"{SECRET}{HANDLERS[file]}",
            }
        )
    )
    client = Client(raise_request_exception=False)
    path = f"/api/{file.replace('[name]', 'x')}"
    tags: list[str] = []
    for name in itertools.chain(*itertools.permutations(NAMES)):
        headers = {"Authorization": f"Token {name}"} if name else {}
        if tags:
            headers["If-None-Match"] = ", ".join(tags)
        response = client.get(path, headers=headers)
        client.cookies.clear()
        assert response.status_code in (200, 304, 403)
        found = set(re.findall(r"\b(ann|bob|root)\b", text(response)))
        assert found <= {name}
        if "public" in response.headers.get("Cache-Control", ""):
            assert found == set()


def dots(file: str) -> str:
    return "." * (1 + file.count("/"))


@pytest.mark.django_db
def test_h12_h17_staff_of_the_site_get_their_own_and_others_none() -> None:
    """The site's one cached route, asked by two of its staff, a user and a stranger."""
    people = {
        name: User.objects.create(
            email=f"{name}@example.com", is_staff=name < "c", password=make_password(None)
        )
        for name in ("a", "b", "c")
    }
    tag = ""
    for name in ["a", "a", "b", "c", "", "b", "a"]:
        client = Client()
        if name:
            client.force_login(people[name])
        response = client.get("/api/admin/stats", headers={"If-None-Match": tag} if tag else {})
        assert response.status_code == {"": 401, "c": 403}.get(name, 304 if tag else 200)
        if response.status_code in (200, 304):
            assert response.headers["Cache-Control"] == "private, max-age=10"
            assert {"Authorization", "Cookie"} <= set(response.headers["Vary"].split(", "))
            tag = tag or response.headers["ETag"]


def test_h17_the_tag_of_another_user_is_answered_with_the_own_body(api: Any) -> None:
    config = "config = Config(auth=[Token], cache=Cache(60, per_user=True))\n"
    site = api({**PEOPLE, "a.py": f"{HEAD}{USE}{config}def GET(req): return req.user.pk"})
    of_ann = site.get("/api/a", headers={"Authorization": "Token ann"}).headers["ETag"]
    for _ in range(2):
        headers = {"Authorization": "Token bob", "If-None-Match": of_ann}
        response = site.get("/api/a", headers=headers)
        assert (response.status_code, response.json()) == (200, "bob")


def test_h12_who_may_not_see_it_any_more_is_refused_before_the_cache(api: Any) -> None:
    config = "config = Config(auth=[Token], permissions=[IsRoot], cache=Cache(9, per_user=True))\n"
    site = api({**PEOPLE, "a.py": f"{HEAD}{USE}{config}def GET(): return 'secret'"})
    statuses = [
        site.get("/api/a", headers={"Authorization": f"Token {name}"}).status_code
        for name in ("root", "root", "ann", "nobody", "root")
    ]
    assert statuses == [200, 200, 403, 401, 200]


def test_h12_a_decision_about_an_object_is_made_for_each_request(api: Any) -> None:
    config = "config = Config(auth=[Token], permissions=[IsOwner], cache=Cache(9, per_user=True))\n"
    handler = "def GET(req):\n    req.check({'owner': 'ann'})\n    return next(n)"
    site = api({**PEOPLE, "a.py": f"{HEAD}{USE}{config}{handler}"})
    ann = {"Authorization": "Token ann"}
    assert [site.get("/api/a", headers=ann).json() for _ in range(2)] == [1, 2]


def test_h12_what_permissions_let_through_is_for_no_shared_cache_outside(api: Any) -> None:
    config = "config = Config(auth=None, permissions=[Nods], cache=Cache(9))\n"
    site = api({**PEOPLE, "a.py": f"{HEAD}{USE}{config}def GET(): return next(n)"})
    for _ in range(2):
        response = site.get("/api/a")
        assert (response.json(), response.headers["Cache-Control"]) == (1, "private, max-age=9")
