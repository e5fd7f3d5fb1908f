"""What is done for accounts in the background, by `manage.py db_worker`."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import send_mail
from django.utils import timezone

from project.tasks import task

from .confirmation import link
from .models import User

# After the first, the second failure and so on: an hour's outage of the mail server is lived
# through. What fails after that stays in the table, as failed.
DELAYS = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]

TEXT = """\
Somebody, probably you, has registered with this address. To confirm it, open

{link}

within three days. If it was not you, do nothing.
"""


@task()
def send_confirmation(email: str, failures: int = 0) -> None:
    """Mail the user who has an address the link that confirms it.

    The link is made here: the task's row, which outlives it, holds no token.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or user.has_confirmed_email:
        return
    text = TEXT.format(link=link(user))
    try:
        send_mail("Confirm your address", text, None, [email])
    except OSError:  # of the network, and every error of smtplib's
        if failures >= len(DELAYS):
            raise
        later = send_confirmation.using(run_after=timezone.now() + DELAYS[failures])
        later.enqueue(email, failures + 1)
