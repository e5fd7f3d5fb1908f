from msgspec import Struct

from fileapi import Cache, Config
from project.accounts.models import User
from project.feedback.models import Feedback


class Stats(Struct):
    users: int
    active_users: int
    feedback: int


config = Config(cache=Cache(10, per_user=True))  # three counts, of tables that may be long


def GET() -> Stats:
    """Count what is there. For staff."""
    return Stats(
        users=User.objects.count(),
        active_users=User.objects.filter(is_active=True).count(),
        feedback=Feedback.objects.count(),
    )
