"""Google's own description of Cloud Run's API, as a JSON Schema that knows no other field."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def schema() -> dict[str, Any]:
    """Return the schema of a Service, from the discovery document of google-api-python-client."""
    documents = files("googleapiclient") / "discovery_cache" / "documents"
    described = json.loads((documents / "run.v1.json").read_text())["schemas"]
    return {
        "$ref": "#/$defs/Service",
        "$defs": {name: _translated(each) for name, each in described.items()},
    }


def _translated(described: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in described:
        return {"$ref": f"#/$defs/{described['$ref']}"}
    kind = described.get("type")
    if kind == "array":
        return {"type": kind, "items": _translated(described["items"])}
    if kind == "object" and "additionalProperties" in described:
        return {
            "type": kind,
            "additionalProperties": _translated(described["additionalProperties"]),
        }
    if kind == "object":
        members = described.get("properties", {})
        return {
            "type": kind,
            "properties": {name: _translated(each) for name, each in members.items()},
            "additionalProperties": False,
        }
    return {} if kind == "any" else {"type": kind}
