from msgspec import Struct

from fileapi import Config
from project.api import _fields
from project.feedback.models import Feedback

config = Config(auth=None)


class FeedbackIn(Struct):
    feedback: _fields.Feedback


class Received(Struct):
    status: str
    feedback: str


def POST(body: _fields.by_hand(FeedbackIn), res) -> Received:
    """Say what you think."""
    feedback = _fields.text(body, "feedback", max_length=10_000)
    Feedback.objects.create(text=feedback)
    res.status(201)
    return Received("received", feedback)
