"""A WSGI application as a serverless function: one request a call, in a process that is frozen."""

from __future__ import annotations

from .aws import aws_lambda
from .vercel import vercel

__all__ = ["aws_lambda", "vercel"]
