from __future__ import annotations


def POST(req):
    fields = req.body
    return {
        "fields": {name: fields.getlist(name) for name in fields},
        "files": [
            [field, file.name, list(file.read())]
            for field, files in req.files.lists()
            for file in files
        ],
    }
