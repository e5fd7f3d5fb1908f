"""What the tests of the site's endpoints share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

Call = Callable[..., Any]


@pytest.fixture
def call(client: Client) -> Call:
    """Send JSON, or a form where ``value`` is None; return the response."""

    def call(method: str, path: str, value: Any = None, **options: Any) -> Any:
        if value is not None:
            options |= {"data": json.dumps(value), "content_type": "application/json"}
        return client.generic(method, path, **options)

    return call


@pytest.fixture
def refused(call: Call) -> Call:
    """Send what is to be refused; return the status, what is said, and the faulty fields."""

    def refused(method: str, path: str, value: Any = None, **options: Any) -> Any:
        response = call(method, path, value, **options)
        problem = response.json()
        assert response["Content-Type"] == "application/problem+json"
        assert problem["status"] == response.status_code
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        return response.status_code, problem.get("detail"), pointers

    return refused
