from typing import TypedDict

from fileapi import Config

config = Config(auth=None)  # anyone may call it, with any method


class Greeting(TypedDict):
    message: str


def handler(req, res) -> Greeting:
    """Say hello."""
    res.status(200).json({"message": "Hello, API!"})
