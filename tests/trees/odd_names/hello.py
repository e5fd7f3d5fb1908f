calls = []


def GET():
    calls.append("hello")
    return {"file": "hello.py"}
