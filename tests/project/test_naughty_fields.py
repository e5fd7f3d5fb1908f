"""The big list of naughty strings, in the fields that the site keeps."""

from __future__ import annotations

from typing import Any

import pytest

from project.accounts.models import User
from tests.naughty import strings

from .conftest import EMAIL, PASSWORD
from .hashers import COUNTED

pytestmark = pytest.mark.django_db


def test_i27_as_a_password_to_register_and_to_log_in_by(
    call: Any, need: Any, log_in: Any, forget_counts: Any, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["tests.live.quick_hasher.QuickBCrypt"]
    registered = 0
    for text in strings(need):
        forget_counts()
        User.objects.all().delete()
        answer = call("POST", "/api/register", {"email": EMAIL, "password": text})
        entered = log_in(EMAIL, text)
        if answer.status_code == 201:
            registered += 1
            assert entered.status_code == 200, text
        else:
            assert answer.status_code in (400, 422), text
            assert entered.status_code in (400, 401, 422), text
    assert registered > 300


def test_i27_as_an_address_to_register_and_to_log_in_by(
    call: Any, need: Any, log_in: Any, forget_counts: Any, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = COUNTED  # in no time: the address is what matters
    for text in strings(need):
        forget_counts()
        for email in (text, f"{text}@example.com"):
            answer = call("POST", "/api/register", {"email": email, "password": PASSWORD})
            assert answer.status_code in (201, 400, 409, 422), email
            entered = log_in(email)
            assert (entered.status_code == 200) is (answer.status_code in (201, 409)), email
            assert entered.status_code < 500, email


@pytest.mark.parametrize(
    ("path", "field"), [("/api/users", "name"), ("/api/feedback", "feedback")], ids=str
)
@pytest.mark.parametrize("kind", ["json", "form"])
def test_i27_in_a_field_that_is_stored_and_shown(
    call: Any, client: Any, need: Any, path: str, field: str, kind: str
) -> None:
    shown = 0
    for text in strings(need):
        sent = {field: text}
        answer = call("POST", path, sent) if kind == "json" else client.post(path, sent)
        if answer.status_code == 201:
            shown += 1
            assert answer.json()[field] == text
        else:
            assert answer.status_code in (400, 422), text
    assert shown > 480
