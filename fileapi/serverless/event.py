"""What an event of AWS Lambda says of the request that it is."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import unquote_to_bytes

Event = dict[str, Any]
Kind = Literal["v1", "v2", "alb"]  # two payload formats of API Gateways, and load balancers


def kind_of(event: object) -> Kind:
    """Return the format of an event. Raises ValueError for one that is no request."""
    known: Event = event if isinstance(event, dict) else {}
    version = known.get("version")
    if "rawPath" in known and version in (None, "2.0"):
        return "v2"
    if "path" in known and version in (None, "1.0"):
        return "alb" if "elb" in context_of(known) else "v1"
    raise ValueError(
        f"The event is no HTTP request: its keys are {sorted(map(str, known))!r}. "
        "Let an API Gateway, a load balancer or a function URL call this function."
    )


def context_of(event: Event) -> dict[str, Any]:
    """Return the requestContext; an event that was made by hand may have none."""
    context = event.get("requestContext")
    return context if isinstance(context, dict) else {}


def complete(event: Event, kind: Kind) -> Event:
    """Return an event with all that apig-wsgi takes for granted."""
    if kind != "v2":
        return {"httpMethod": "GET", **event}
    context = context_of(event)
    http = {"method": "GET", "sourceIp": "", "protocol": "HTTP/1.1", **(context.get("http") or {})}
    return {
        **event,
        "version": "2.0",
        "rawQueryString": event.get("rawQueryString") or "",
        "headers": event.get("headers") or {},
        "cookies": event.get("cookies") or [],
        "requestContext": {**context, "http": http},
    }


def paths(event: Event, kind: Kind) -> tuple[str, str]:
    """Return SCRIPT_NAME and PATH_INFO: the path decoded once, its bytes as latin-1.

    An HTTP API has decoded the path already, and has put its stage before it, on domains of the
    user's too. REST APIs, load balancers and function URLs hand it over as it was sent, and no
    stage. A client of execute-api has to write the stage, so that links need it.
    """
    context = context_of(event)
    domain = str(context.get("domainName") or "")
    raw = str(event["rawPath" if kind == "v2" else "path"] or "/")
    if kind == "v2":
        is_decoded = domain != "" and ".lambda-url." not in domain
        has_stage = True
    else:
        is_decoded = has_stage = event.get("version") == "1.0"  # REST APIs tell no version
    path = as_wsgi(raw) if is_decoded else unquote_to_bytes(raw).decode("latin-1")

    stage = context.get("stage")
    if not stage or stage == "$default":
        return "", path
    prefix = as_wsgi(f"/{stage}")
    if has_stage and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :] or "/"
    return prefix if ".execute-api." in domain else "", path


def as_wsgi(text: object) -> str:
    """Return a text as WSGI wants it: its bytes in UTF-8, each as a character."""
    return str(text).encode("utf-8", "replace").decode("latin-1")
