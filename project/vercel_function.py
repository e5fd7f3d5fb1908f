"""What vercel.json sends every request to. docs/serverless.md has the rest."""

from __future__ import annotations

from fileapi.serverless import vercel
from project.wsgi import application

app = vercel(application)
