"""A route's step whose answers are kept."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.core.cache import caches

from fileapi.config import Config
from fileapi.endpoint.binding import is_coroutine
from fileapi.endpoint.chain import Step
from fileapi.http.request import Request
from fileapi.http.response import Response

from . import rules
from .flights import Flights
from .kept import Kept
from .key import key
from .policy import Cache
from .reads import WatchedRequest
from .shelf import LEASE, shelf
from .ways import InThread, OnLoop, Way, finished

logger = logging.getLogger("fileapi.cache")

POLL = 0.03  # seconds between two looks for what another process computes

flights = Flights()


def cached(step: Step, config: Config, method: str, scope: str) -> Step:
    """Return a step that answers with what is kept, and keeps what ``step`` answers.

    ``method`` is the one that the file has a function for, ``scope`` names the file.
    """
    caches["default"]  # raises where it is not installed, before the first request
    if is_coroutine(step):
        return _Route(config, method, scope, OnLoop(step)).answer
    in_thread = _Route(config, method, scope, InThread(step))

    def run(req: Request, res: Response) -> None:
        finished(in_thread.answer(req, res))

    return run


class _Route:
    def __init__(self, config: Config, method: str, scope: str, way: Way) -> None:
        assert isinstance(config.cache, Cache)
        self.cache = config.cache
        # What permissions let one client see is nothing for a cache that does not ask them.
        self.is_private = self.cache.per_user or bool(config.permissions)
        self.method = method
        self.scope = scope
        self.way = way
        # Under DEBUG a file that has been changed begins anew.
        self.version = str(time.time_ns()) if settings.DEBUG else ""
        self.has_warned = False

    async def answer(self, req: Request, res: Response) -> None:
        """Answer a request."""
        name = key(self.cache, req.django, self.scope, self.method, self.version)
        if name is None:
            await self.way.run(req, res)
            rules.keep_nowhere(res)
            return
        tags = self.cache.tags_of(req)
        kept = await self.way.ask(lambda: shelf().find(name, tags, self.cache.seconds))
        if kept is not None and kept.send(res):
            return
        if req.method != self.method:  # HEAD, of which a function for GET may make less
            await self.way.run(req, res)
            rules.keep_nowhere(res)
            return
        future, is_first = flights.join(name)
        if is_first:
            await self.compute(name, tags, req, res)
            return
        kept = await self.way.outcome(future, LEASE)
        if kept is None or not kept.send(res):
            await self.run(req, res)

    async def compute(self, name: str, tags: list[str], req: Request, res: Response) -> None:
        """Answer for all who ask meanwhile, unless another process has done so by then."""
        kept: Kept | None = None
        try:
            deadline = time.monotonic() + LEASE
            while True:
                claim = await self.way.ask(lambda: shelf().claim(name, tags, self.cache.seconds))
                if not claim.is_taken or time.monotonic() > deadline:
                    break
                await self.way.pause(POLL)
            if claim.kept is not None and claim.kept.send(res):
                kept = claim.kept
                return
            try:
                kept = await self.run(req, res, claim.tags)
            finally:
                await self.way.ask(lambda: shelf().save(name, kept))
        finally:
            flights.land(name, kept)

    async def run(
        self, req: Request, res: Response, worths: dict[str, str] | None = None
    ) -> Kept | None:
        """Run the route's own step; return what may be kept of it."""
        before = res.headers_set()
        watched = WatchedRequest(req, self.cache)
        await self.way.run(watched, res)
        kept = None
        try:
            if watched.unkeyed:
                raise rules.Unkeepable(f"reads {', '.join(sorted(watched.unkeyed))[:200]}")
            found = rules.keep(self.cache, res, before, self.is_private)
            if found is not None:
                kept = Kept(at=time.time(), seconds=found[0], tags=worths or {}, answer=found[1])
        except rules.Unkeepable as why:
            if not self.has_warned:
                self.has_warned = True
                logger.warning("%s is not cached: it %s.", self.scope, why)
        if kept is None:
            rules.keep_nowhere(res)
        return kept
