"""AWS Lambda's handler: project.lambda_function.lambda_handler. docs/serverless.md has the rest."""

from __future__ import annotations

from fileapi.serverless import aws_lambda
from project.wsgi import application

lambda_handler = aws_lambda(application)
