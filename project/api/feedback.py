from project.api._fields import text
from project.feedback.models import Feedback


def POST(body, res):
    feedback = text(body, "feedback", max_length=10_000)
    Feedback.objects.create(text=feedback)
    res.status(201).json({"status": "received", "feedback": feedback})
