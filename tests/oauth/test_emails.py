"""An email is nobody's proof of being anybody."""

from __future__ import annotations

import pytest

from project.accounts.models import User
from project.oauth.models import Identity

from .conftest import Browser

UNVERIFIED = ["false", "absent", "text", "one", "list"]


@pytest.fixture
def victim(db: None) -> User:
    return User.objects.create_user("victim@example.com", "a long sentence")


@pytest.mark.parametrize("provider", ["acme", "bolt"])
@pytest.mark.parametrize("subject", UNVERIFIED)
def test_g25_an_unverified_email_links_to_nobody_and_is_not_stored(
    browser: Browser, victim: User, subject: str, provider: str
) -> None:
    assert browser.log_in(provider, subject).status_code == 303
    identity = Identity.objects.get()
    assert identity.user != victim
    assert identity.user.email is None
    assert browser.user_id == identity.user.pk
    assert not victim.identities.exists()


@pytest.mark.parametrize("subject", ["victim", "shouting"])
def test_g25_a_verified_email_of_an_account_is_409_and_links_nothing(
    browser: Browser, victim: User, subject: str
) -> None:
    answer = browser.log_in("acme", subject)
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "An account has this email already. Log in to it by its password, and add this login there."
    )
    assert browser.user_id is None
    assert not Identity.objects.exists()
    assert list(User.objects.all()) == [victim]


def test_g25_the_email_of_somebody_from_another_provider_is_409_too(
    new_browser: type[Browser],
) -> None:
    assert new_browser().log_in("acme", "victim").status_code == 303
    other = new_browser()
    assert other.log_in("bolt", "victim").status_code == 409
    assert other.user_id is None
    assert Identity.objects.count() == 1


def test_g25_one_email_is_enough_for_one_account_alone(new_browser: type[Browser]) -> None:
    for subject in UNVERIFIED:
        assert new_browser().log_in("acme", subject).status_code == 303
    assert new_browser().log_in("acme", "victim").status_code == 303
    assert User.objects.filter(email=None).count() == len(UNVERIFIED)
    assert User.objects.filter(email="victim@example.com").count() == 1
