from __future__ import annotations


def POST(req):
    return {
        "fields": {name: req.body.getlist(name) for name in req.body},
        "files": [
            [field, file.name, file.read().decode("latin-1")]
            for field, files in req.files.lists()
            for file in files
        ],
    }
