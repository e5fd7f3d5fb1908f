"""Who is asking: the client's address behind proxies, and a request's id."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from ipaddress import IPv4Network as _IPv4Network

from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = _IPv4Network | IPv6Network

MAX_HOPS = 20  # of X-Forwarded-For that are looked at, from the right

_ID = frozenset(string.ascii_letters + string.digits + "._-")
_HEX = frozenset("0123456789abcdef")


def client_ip(request: HttpRequest, trusted: Sequence[Network]) -> str:
    """Return the address of the client, as far as trusted proxies can tell.

    ``X-Forwarded-For`` is read from the right, each entry written by the one before: the first
    address that is no trusted proxy's is the client. What is no address ends the search, so that
    nobody can choose their own. An empty string where the server tells no address.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    address = _parse(peer)
    if address is None or not _is_in(address, trusted):
        return peer if address is None else str(address)
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")[-MAX_HOPS:]
    for hop in reversed(hops):
        earlier = _parse(hop.strip())
        if earlier is None:
            break
        address = earlier
        if not _is_in(address, trusted):
            break
    return str(address)


def networks(ranges: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of a list such as ``["10.0.0.0/8", "::1"]``. Raises ValueError."""
    return tuple([ip_network(text) for text in ranges])


def request_id(request: HttpRequest) -> str:
    """Return the id of a request, the same one each time it is asked for.

    The ``X-Request-ID`` that was sent, if it is harmless; else the trace that ``traceparent``
    names; else a new one.
    """
    id = getattr(request, "_fileapi_id", "")
    if not id:
        sent = str(request.META.get("HTTP_X_REQUEST_ID") or "")
        if 0 < len(sent) <= 64 and _ID.issuperset(sent):
            id = sent
        else:
            trace = _trace_id(str(request.META.get("HTTP_TRACEPARENT") or ""))
            id = trace or secrets.token_hex(16)
        request._fileapi_id = id  # type: ignore[attr-defined]
    return str(id)


def _trace_id(traceparent: str) -> str:
    """Return the trace-id of a header (W3C Trace Context, version 00); empty if it is invalid."""
    parts = traceparent.split("-")
    if [len(part) for part in parts] != [2, 32, 16, 2] or not _HEX.issuperset("".join(parts)):
        return ""
    version, trace, parent, _ = parts
    return trace if version == "00" and trace.strip("0") and parent.strip("0") else ""


def _is_in(address: Address, ranges: Sequence[Network]) -> bool:
    return any(address in network for network in ranges)


def _parse(text: str) -> Address | None:
    """Return the address of ``1.2.3.4``, ``1.2.3.4:80``, ``::1`` or ``[::1]:80``; else None."""
    if "%" in text:  # a zone means something on the proxy's own machine alone
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
