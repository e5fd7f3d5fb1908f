from fileapi import Config

config = Config(auth=None)  # anyone may call it, with any method


def handler(req, res):
    res.status(200).json({"message": "Hello, API!"})
