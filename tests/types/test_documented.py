"""The examples of docs/types.md do what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from project.accounts.models import User

PAGE = (Path(__file__).parent.parent.parent / "docs" / "types.md").read_text()
SNIPPET = re.compile(r"^```python\n# project/api/(\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(api: Any) -> Any:
    return api({match[1]: match[2] for match in SNIPPET.finditer(PAGE)})


def test_people_are_validated_answered_and_paged(site: Any) -> None:
    made = site.post("/api/people", json={"name": "Ada"})
    assert (made.status_code, made.json()["groups"]) == (201, [])
    for name in ("Alan", "Grace", "Barbara"):
        user = User.objects.create(name=name, password="secret")
        user.groups.add(Group.objects.create(name=f"{name}'s"))
    with CaptureQueriesContext(connection) as queries:
        first = site.get("/api/people?limit=2&q=a")
    assert [(row["name"], len(row["groups"])) for row in first.json()] == [("Ada", 0), ("Alan", 1)]
    if site.mode == "wsgi":
        assert len(queries) == 2
    [path] = re.findall(r'<(.*)>; rel="next"', first.headers["Link"])
    assert path.startswith("/api/people?limit=2&q=a&cursor=")
    assert [row["name"] for row in site.get(path).json()] == ["Barbara", "Grace"]
    assert "secret" not in first.content.decode()


def test_the_faults_are_those_of_the_page(site: Any) -> None:
    sent = re.search(r"api/people -d '([^']*)'\n(.*?)\n```", PAGE, re.DOTALL)
    assert sent
    answer = site.post("/api/people", data=sent[1], content_type="application/json")
    shown, said = json.loads(sent[2]), answer.json()
    assert shown.pop("title")
    assert said.pop("title")
    assert said == shown


def test_an_order_goes_in_and_out_by_its_aliases(site: Any) -> None:
    order = {"lines": [{"product": 1, "count": 2}], "customerNote": "Ring"}
    assert site.post("/api/orders", json=order).json() == order
    wrong = {"lines": [], "note": "x", "other": 1}
    assert {
        fault["pointer"] for fault in site.post("/api/orders", json=wrong).json()["errors"]
    } == {
        "/lines",
        "/note",
        "/other",
    }


def test_members_are_made_by_a_serializer(site: Any) -> None:
    made = site.post("/api/members", json={"name": "Ada", "is_staff": True})
    assert made.status_code == 201
    assert site.get("/api/members").json() == [made.json()]
    assert not User.objects.get().is_staff


def test_a_cover_is_uploaded(site: Any) -> None:
    fields = {"title": "x", "file": SimpleUploadedFile("n.txt", b"content")}

    def send(fields: dict[str, Any]) -> Any:
        data = encode_multipart(BOUNDARY, fields)
        return site.post("/api/covers", data=data, content_type=MULTIPART_CONTENT)

    assert send(fields).json() == {"title": "x", "size": 7}
    assert send({"title": "x"}).status_code == 422
