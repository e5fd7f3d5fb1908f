from __future__ import annotations

from fileapi import Config

# Long enough for a flood to reach the parser of forms.
config = Config(body_limit="20mb")


def POST(req):
    fields = req.body
    return {
        "fields": {name: fields.getlist(name) for name in fields},
        "files": [
            [field, file.name, file.read().decode("latin-1")]
            for field, files in req.files.lists()
            for file in files
        ],
    }
