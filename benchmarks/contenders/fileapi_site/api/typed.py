from msgspec import Struct


class Feedback(Struct):
    feedback: str


class Received(Struct):
    status: str
    feedback: str


def POST(body: Feedback, res) -> Received:
    res.status(201)
    return Received("received", body.feedback)
