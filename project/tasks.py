"""Django's tasks: its own from 6.0 on, their backport before. Tasks are declared by this one."""

from __future__ import annotations

try:
    from django.tasks import task
except ModuleNotFoundError:
    from django_tasks import task

__all__ = ["task"]
