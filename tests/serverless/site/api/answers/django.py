from __future__ import annotations

from django.http import HttpResponse


def GET():
    answer = HttpResponse(b"\xff\xfe", status=202, content_type="application/x-thing")
    answer["X-Of-Django"] = "1"
    return answer
