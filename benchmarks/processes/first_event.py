"""Answer one event of AWS Lambda with a generated site, and end.

python -m benchmarks.processes.first_event PATH
"""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings

from benchmarks.sites import PACKAGE
from benchmarks.wsgi import site


def event(path: str) -> dict[str, Any]:
    """Build what an HTTP API hands over."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "127.0.0.1:8000", "user-agent": "benchmark/1.0", "accept": "*/*"},
        "requestContext": {
            "domainName": "api.example.com",
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def main(path: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{PACKAGE}.settings"
    application = site()
    if "fileapi" in settings.INSTALLED_APPS:
        import fileapi
        from fileapi.serverless import aws_lambda

        fileapi.load()
        handler = aws_lambda(application)
    else:
        from apig_wsgi import make_lambda_handler

        handler = make_lambda_handler(application)
    answer = handler(event(path), None)
    # At once: what an interpreter takes down at its end is no part of a first answer.
    os._exit(0 if (answer["statusCode"], answer["body"]) == (200, "{}") else 1)


if __name__ == "__main__":
    main(sys.argv[1])
