from fileapi import Config
from project.api._fields import text
from project.feedback.models import Feedback

config = Config(auth=None)


def POST(body, res):
    feedback = text(body, "feedback", max_length=10_000)
    Feedback.objects.create(text=feedback)
    res.status(201).json({"status": "received", "feedback": feedback})
