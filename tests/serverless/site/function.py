from __future__ import annotations

from fileapi.serverless import aws_lambda

from .wsgi import application

handler = aws_lambda(application)
