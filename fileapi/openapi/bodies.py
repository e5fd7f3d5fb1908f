"""The body of a request: in which forms it may be sent."""

from __future__ import annotations

from typing import Any

from fileapi.types.contract import Contract

from .schemas import Schemas

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_AS_IT_IS = ((bytes, "application/octet-stream"), (str, "text/plain"))


def request_body(contract: Contract | None, schemas: Schemas) -> dict[str, Any]:
    """Return the request body object of what a function declares, if it does."""
    if contract is None:
        # Without a schema no client offers a field for the body.
        return {"content": {kind: {"schema": {}} for kind in ("application/json", *FORMS)}}
    schema = schemas.of(contract, is_answer=False)
    kinds = ["application/json"]
    properties = schemas.resolved(schema).get("properties")
    if properties and all(_fits_form(each, schemas) for each in properties.values()):
        kinds += FORMS
    content: dict[str, Any] = {kind: {"schema": schema} for kind in kinds}
    for annotation, kind in _AS_IT_IS:
        if contract.annotation is annotation:
            content[kind] = {"schema": {}}
    return {"required": True, "content": content}


def _fits_form(schema: dict[str, Any], schemas: Schemas) -> bool:
    """Tell what a field of a form can hold: a text, or several of one name."""
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return any(_fits_form(each, schemas) for each in choices)
    schema = schemas.resolved(schema)
    if schema.get("type") == "array":
        items: dict[str, Any] = schema.get("items") or {}
        return items.get("type") != "array" and _fits_form(items, schemas)
    return schema.get("type") not in ("object", "null")
