"""Which account of this site a person at a provider has."""

from __future__ import annotations

from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from fileapi import HttpError
from project.accounts.models import User

from .models import Identity
from .people import Person


def account(person: Person, *, make: bool) -> User:
    """Return the person's account, a new one if there is none.

    Never one that only has the same email: whoever registered it has not shown that it is
    theirs. That is 409, as is a new account where ``make`` is false.
    """
    known = _known(person)
    if known is not None:
        return known
    if not make:
        raise HttpError(
            409,
            "No account has this login yet. Add it to yours by a POST, or log out first.",
        )
    try:
        with transaction.atomic():
            user = User.objects.create_user(person.email, name=person.name)
            Identity.objects.create(user=user, issuer=person.issuer, subject=person.subject)
            return user
    except IntegrityError:
        # The same person, in another request that was faster; or the email is somebody's.
        known = _known(person)
        if known is not None:
            return known
        if person.email and User.objects.filter(email__iexact=person.email).exists():
            raise HttpError(
                409,
                "An account has this email already. Log in to it by its password, and add this "
                "login there.",
            ) from None
        raise


def link(person: Person, user: User) -> None:
    """Add a login to an account. Raises HttpError 409 if it is another account's."""
    refuse_disabled(user)
    identity, _ = Identity.objects.get_or_create(
        issuer=person.issuer, subject=person.subject, defaults={"user": user}
    )
    if identity.user_id != user.pk:
        raise HttpError(409, "This login is another account's.")


def sign_in(request: HttpRequest, user: User) -> None:
    """Log a user in, under a new session id. Raises HttpError 403 for one that is disabled."""
    refuse_disabled(user)
    if request.user == user:
        request.session.cycle_key()  # which login() does for everybody else
    login(request, user)


def refuse_disabled(user: User) -> None:
    """Raise HttpError 403 for a user who is disabled."""
    if not user.is_active:
        raise HttpError(403, "This account is disabled.")


def _known(person: Person) -> User | None:
    found = Identity.objects.select_related("user").filter(
        issuer=person.issuer, subject=person.subject
    )
    identity = found.first()
    return identity.user if identity else None
