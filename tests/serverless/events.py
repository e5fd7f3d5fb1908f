"""Requests as the events that AWS makes of them.

Forms of the events: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html,
services-alb.html and urls-invocation.html there. What is encoded in which was captured from the
services by others: REST APIs, load balancers and function URLs hand the path over as it was sent,
HTTP APIs decoded; gateways decode the query's parameters, load balancers do not.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, unquote_plus

from .runtime import Outcome

Event = dict[str, Any]


class Call(NamedTuple):
    """A request as a client sends it."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # names in lower case
    cookies: list[str]
    body: bytes


# What AWS, or the proxy before gunicorn, adds to the client's headers.
ADDED = (
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Port", "443"),
    ("X-Forwarded-Proto", "https"),
)


def headers_of(call: Call) -> list[tuple[str, str]]:
    headers = [("Host", "127.0.0.1"), *call.headers, *ADDED]
    if call.body:
        headers.append(("Content-Length", str(len(call.body))))
    return headers


def _body(call: Call) -> Event:
    types = {name.lower(): value for name, value in call.headers}
    if types.get("content-type", "").startswith(("text/", "application/json")):
        try:
            return {"body": call.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    encoded = b64encode(call.body).decode() if call.body else None
    return {"body": encoded, "isBase64Encoded": bool(call.body)}


def _multi(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _raw_pairs(query: str) -> list[tuple[str, str]]:
    pairs = [part.partition("=") for part in query.split("&") if part]
    return [(name, value) for name, _, value in pairs]


def rest_api(call: Call, stage: str = "prod", domain: str = "api.example.com") -> Event:
    """Payload 1.0 of a REST API."""
    headers = headers_of(call)
    # Shown as U+FFFD where it is no UTF-8.
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, value in _raw_pairs(call.query)]
    return {
        "resource": "/{proxy+}",
        "path": call.path,
        "httpMethod": call.method,
        "headers": dict(headers),
        "multiValueHeaders": _multi(headers),
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": _multi(pairs) or None,
        "pathParameters": {"proxy": call.path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "stage": stage,
            "domainName": domain,
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "127.0.0.1"},
            "path": call.path,
            "httpMethod": call.method,
        },
        **_body(call),
    }


def http_api_v1(call: Call) -> Event:
    """Payload 1.0 of an HTTP API, which tells its version and decodes the path."""
    return {"version": "1.0", **rest_api(call, stage="$default"), "path": unquote(call.path)}


def http_api(call: Call, stage: str = "$default", domain: str = "api.example.com") -> Event:
    """Payload 2.0 of an HTTP API."""
    path = unquote(call.path) if stage == "$default" else f"/{stage}{unquote(call.path)}"
    return _payload_2(call, path, stage, domain)


def function_url(call: Call) -> Event:
    """Payload 2.0 of a function URL."""
    return _payload_2(call, call.path, "$default", "abc123.lambda-url.eu-west-1.on.aws")


def _payload_2(call: Call, path: str, stage: str, domain: str) -> Event:
    lists = _multi([(name.lower(), value) for name, value in headers_of(call)])
    cookies = [cookie for line in lists.pop("cookie", []) for cookie in line.split("; ")]
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": call.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": {name: ",".join(values) for name, values in lists.items()},
        "queryStringParameters": dict(parse_qsl(call.query)),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": domain,
            "http": {
                "method": call.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "agent",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
        },
        **_body(call),
    }


def load_balancer(call: Call) -> Event:
    """A load balancer as it is: of repeated names it hands over the last value."""
    headers = [(name.lower(), value) for name, value in headers_of(call)]
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:t"}},
        "httpMethod": call.method,
        "path": call.path,
        "queryStringParameters": dict(_raw_pairs(call.query)),
        "headers": dict(headers),
        **_body(call),
        "body": _body(call)["body"] or "",
    }


def load_balancer_multi(call: Call) -> Event:
    """A load balancer whose target group has multi-value headers on."""
    event = load_balancer(call)
    del event["headers"], event["queryStringParameters"]
    headers = [(name.lower(), value) for name, value in headers_of(call)]
    return {
        **event,
        "multiValueHeaders": _multi(headers),
        "multiValueQueryStringParameters": _multi(_raw_pairs(call.query)),
    }


SERVICES: dict[str, Callable[[Call], Event]] = {
    "REST API": rest_api,
    "HTTP API 1.0": http_api_v1,
    "HTTP API 2.0": http_api,
    "function URL": function_url,
    "load balancer": load_balancer,
    "load balancer, multi-value": load_balancer_multi,
}


def is_lossless(call: Call, service: str) -> bool:
    """Tell whether a service hands over all of a request."""
    if service != "load balancer":
        return True
    names = [name for name, _ in _raw_pairs(call.query)]
    fields = [name.lower() for name, _ in call.headers]
    return len(set(names)) == len(names) and len(set(fields)) == len(fields)


def answer_of(outcome: Outcome) -> Answer:
    """Return what a client gets of a function's response. Fails for one that AWS would refuse."""
    assert outcome.kind == "response", outcome
    value = outcome.value
    assert set(value) <= {
        "statusCode",
        "headers",
        "multiValueHeaders",
        "cookies",
        "isBase64Encoded",
        "body",
    }
    pairs = [
        *value.get("headers", {}).items(),
        *((n, v) for n, several in value.get("multiValueHeaders", {}).items() for v in several),
        *(("Set-Cookie", cookie) for cookie in value.get("cookies", ())),
    ]
    assert all(isinstance(text, str) for pair in pairs for text in pair)
    body = value["body"]
    return simplified(
        value["statusCode"],
        pairs,
        b64decode(body, validate=True) if value["isBase64Encoded"] else body.encode(),
    )


OF_THE_SERVER = {"connection", "date", "keep-alive", "server", "transfer-encoding"}


def simplified(status: int, pairs: list[tuple[str, str]], body: bytes) -> Answer:
    """Return what the application has said of an answer."""
    cookies = sorted(value for name, value in pairs if name.lower() == "set-cookie")
    headers: dict[str, str] = {}
    for name, value in pairs:
        name = name.lower()
        if name not in OF_THE_SERVER and name != "set-cookie":
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Answer(status, headers, cookies, body)


def json_of(outcome: Outcome) -> Any:
    return json.loads(answer_of(outcome).body)
