from __future__ import annotations


def test_a_file_is_an_endpoint(api):
    site = api({"hello.py": "def handler(req, res): res.status(200).json({'message': 'Hello'})"})
    assert site.get("/api/hello").json() == {"message": "Hello"}
    assert site.get("/api/hello/").json() == {"message": "Hello"}
    assert site.get("/api/nope").status_code == 404
