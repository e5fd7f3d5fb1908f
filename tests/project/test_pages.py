"""hello, search, feedback and guide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from fileapi.endpoint.module import module_name
from project.feedback.models import Feedback

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/hello", "/api/hello/"])
def test_hello_answers_every_method_with_and_without_a_slash(
    call: Any, method: str, path: str
) -> None:
    response = call(method, path)
    assert (response.status_code, response["Content-Type"], response.json()) == (
        200,
        "application/json",
        {"message": "Hello, API!"},
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?q=nextjs", "nextjs"),
        ("", ""),
        ("?q=", ""),
        ("?other=1", ""),
        ("?q=one&q=two", "two"),
        ("?q=a%20b%26c%3Cd%3E", "a b&c<d>"),
        ("?q=%E2%9C%93", "✓"),
    ],
)
def test_search_repeats_what_was_searched_for(call: Any, query: str, said: str) -> None:
    response = call("GET", f"/api/search{query}")
    assert (response.status_code, response.json()) == (
        200,
        {"results": [f"You searched for {said}"]},
    )


def test_search_has_get_alone(call: Any) -> None:
    response = call("POST", "/api/search", {"q": "x"})
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.django_db
def test_feedback_is_stored_and_repeated(call: Any) -> None:
    response = call("POST", "/api/feedback", {"feedback": "Great app! ✓"})
    assert (response.status_code, response.json()) == (
        201,
        {"status": "received", "feedback": "Great app! ✓"},
    )
    assert list(Feedback.objects.values_list("text", flat=True)) == ["Great app! ✓"]


@pytest.mark.django_db
def test_feedback_may_come_as_a_form(call: Any) -> None:
    response = call("POST", "/api/feedback", data="feedback=Great%20app!", content_type=FORM)
    assert (response.status_code, response.json()["feedback"]) == (201, "Great app!")
    assert Feedback.objects.get().text == "Great app!"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "status", "detail", "pointers"),
    [
        ({}, 400, "The body has no 'feedback'.", []),
        ({"feedback": ""}, 400, "'feedback' is empty.", []),
        ({"feedback": None}, 400, "'feedback' is empty.", []),
        ([], 400, "Send a JSON object or a form with 'feedback' in it.", []),
        ("feedback", 400, "Send a JSON object or a form with 'feedback' in it.", []),
        ({"feedback": 1}, 422, "The input is not valid.", ["/feedback"]),
        ({"feedback": ["x"]}, 422, "The input is not valid.", ["/feedback"]),
        ({"feedback": "a\0b"}, 422, "The input is not valid.", ["/feedback"]),
        ({"feedback": 10_001 * "x"}, 422, "The input is not valid.", ["/feedback"]),
    ],
)
def test_feedback_that_cannot_be_stored_is_refused(
    refused: Any, value: Any, status: int, detail: str, pointers: list[str]
) -> None:
    assert refused("POST", "/api/feedback", value) == (status, detail, pointers)
    assert not Feedback.objects.exists()


@pytest.mark.django_db
def test_feedback_of_the_greatest_length_is_stored(call: Any) -> None:
    assert call("POST", "/api/feedback", {"feedback": 10_000 * "x"}).status_code == 201
    assert len(Feedback.objects.get().text) == 10_000


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_feedback_has_post_alone(call: Any, method: str) -> None:
    response = call(method, "/api/feedback")
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


@pytest.fixture
def docs(settings: Any, tmp_path: Path, mount_tree: Any, monkeypatch: Any) -> None:
    """Serve the guide from a docs folder of the test's own."""
    for name, text in {"start.md": "# Start ✓", "how/routes.md": "# Routes"}.items():
        page = tmp_path / "docs" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    (tmp_path / "docs/secret.txt").write_text("no page")
    (tmp_path / "outside.md").write_text("no page")
    settings.BASE_DIR = tmp_path
    folder = mount_tree("project.api").folder
    # The pages are read when the file is imported, which it may have been already.
    name = module_name("project.api", folder.path(), "guide/[[...page]].py")
    monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("docs")
def test_the_guide_lists_its_pages(call: Any) -> None:
    for path in ("/api/guide", "/api/guide/"):
        assert call("GET", path).json() == {"pages": ["how/routes", "start"]}


@pytest.mark.usefixtures("docs")
def test_the_guide_shows_a_page_as_markdown(call: Any) -> None:
    shown = {path: call("GET", f"/api/guide/{path}") for path in ("start", "how/routes")}
    assert {
        path: (answer.status_code, answer["Content-Type"], answer.content.decode())
        for path, answer in shown.items()
    } == {
        "start": (200, "text/markdown; charset=utf-8", "# Start ✓"),
        "how/routes": (200, "text/markdown; charset=utf-8", "# Routes"),
    }


@pytest.mark.usefixtures("docs")
@pytest.mark.parametrize(
    "path",
    ["none", "how", "start.md", "secret", "secret.txt", "..%2foutside", "../outside", "START"],
)
def test_the_guide_shows_nothing_but_its_pages(refused: Any, path: str) -> None:
    status, _, _ = refused("GET", f"/api/guide/{path}")
    assert status == 404
