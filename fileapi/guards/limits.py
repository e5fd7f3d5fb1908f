"""A route's limits: who is counted, in which window, and what the client is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv6Address
from math import ceil, floor
from typing import TYPE_CHECKING

from msgspec import Struct

from fileapi import conf
from fileapi.http.errors import HttpError

from .digest import digest
from .rate import Rate
from .store import StoreDown, prepare, store
from .windows import Count

if TYPE_CHECKING:
    from fileapi.http.request import Request
    from fileapi.http.response import Response


class Policy(Struct, frozen=True):
    """One limit of a route, and its name in the headers."""

    rate: Rate
    name: str

    def key(self, scope: str, req: Request) -> str | None:
        """Return the key of who sent a request; None for who is not limited."""
        who = _identity(self.rate, req)
        if who is None:
            return None
        return _key("route", scope, self.name, self.rate.limit, *who)

    def described(self) -> str:
        """Return the policy as ``RateLimit-Policy`` lists it: quota, and window in seconds."""
        return f'"{self.name}";q={self.rate.count};w={self.rate.window}'

    def reported(self, count: Count) -> str:
        """Return where the client stands as ``RateLimit`` lists it: what is left, for how long."""
        return f'"{self.name}";r={count.remaining};t={ceil(count.wait)}'

    def unknown(self) -> Count:
        """Return the worst that may be the case."""
        return Count(0, self.rate.window)


def limit_guard(rates: Sequence[Rate], scope: str) -> Callable[[Request, Response], None]:
    """Return a guard that refuses requests beyond any of the rates: 429, or 503.

    ``scope`` names the matched file, so that no spelling of its URL and no method is a count of
    its own. Headers: draft-ietf-httpapi-ratelimit-headers-11, on every answer of the route.
    """
    policies = _policies(rates)
    prepare(conf.rate_store())

    def guard(req: Request, res: Response) -> None:
        keyed = [(policy, key) for policy in policies if (key := policy.key(scope, req))]
        if not keyed:
            return
        listed = ", ".join(policy.described() for policy, _ in keyed)
        res.append_header("RateLimit-Policy", listed)
        where = store()
        where.begin()
        try:
            # One that refuses ends it: what follows is not counted.
            is_allowed = all(where.take(policy.rate, key) for policy, key in keyed)
        except StoreDown:
            raise _unavailable() from None
        counts = [(policy, where.look(policy.rate, key)) for policy, key in keyed]
        reports = [policy.reported(count) for policy, count in counts if count]
        if reports:
            res.append_header("RateLimit", ", ".join(reports))
        if not is_allowed:
            raise _refusal([count or policy.unknown() for policy, count in counts])

    return guard


def spend(req: Request, rate: Rate | str, key: str) -> None:
    """Count a request of ``key``, say of an account, on the route that is answering.

    Raises HttpError 429 beyond the rate, or 503. Its headers tell nothing of the count: who asks
    is not always who is counted.
    """
    rate = Rate.of(rate)
    match = req.django.resolver_match
    assert match is not None  # a handler runs only where a route matched
    policy = Policy(rate, "")
    hashed = _key("handler", match.route, rate.limit, key)
    where = store()
    where.begin()
    try:
        is_allowed = where.take(rate, hashed)
    except StoreDown:
        raise _unavailable() from None
    if not is_allowed:
        raise _refusal([where.look(rate, hashed) or policy.unknown()])


def _policies(rates: Sequence[Rate]) -> list[Policy]:
    """Return policies with names of their own, the shortest window first.

    What a short window refuses is then not taken from a long one, which takes long to fill again.
    """
    policies: list[Policy] = []
    seen: dict[str, int] = {}
    for rate in sorted(rates, key=lambda rate: rate.window):
        number = seen[rate.name] = seen.get(rate.name, 0) + 1
        policies.append(Policy(rate, rate.name if number == 1 else f"{rate.name}-{number}"))
    return policies


def _refusal(counts: Sequence[Count]) -> HttpError:
    # A request counts until it is more than a window old, so a whole second is not enough.
    # With several limits used up, the client gets in when the last of them has room.
    seconds = max([floor(count.wait) + 1 for count in counts if not count.remaining], default=1)
    return HttpError(
        429,
        f"Too many requests. Try again in {seconds} s.",
        headers={"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )


def _unavailable() -> HttpError:
    return HttpError(
        503,
        "Requests cannot be counted just now. Try again soon.",
        headers={"Retry-After": "1", "Cache-Control": "no-store"},
    )


def _identity(rate: Rate, req: Request) -> tuple[str, str] | None:
    if callable(rate.per):
        who = rate.per(req)
        if who is None:
            return None
        if isinstance(who, bool) or not isinstance(who, (str, int)):
            raise TypeError(
                f"per={rate.per!r} returned {who!r}: "
                "return a text or a number, or None for no limit."
            )
        return "function", str(who)
    if rate.per == "user":
        user = getattr(req, "user", None)
        if user is not None and user.is_authenticated and user.pk is not None:
            return "user", str(user.pk)
    return "address", _network(req.ip)


def _network(ip: str) -> str:
    """Return what one client has: an IPv4 address, or the /64 of an IPv6 one."""
    if ":" not in ip:
        return ip
    try:
        return IPv6Address(ip).packed[:8].hex()
    except ValueError:
        return ip


def _key(*parts: str) -> str:
    """Return a digest, the same for the same parts alone, whatever is in them."""
    return digest(parts)
