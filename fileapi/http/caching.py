"""``Cache-Control``, typed."""

from __future__ import annotations


def cache_control(
    max_age: int | None = None,
    *,
    public: bool = False,
    private: bool = False,
    no_cache: bool = False,
    no_store: bool = False,
    must_revalidate: bool = False,
    immutable: bool = False,
    s_maxage: int | None = None,
    stale_while_revalidate: int | None = None,
    stale_if_error: int | None = None,
) -> str:
    """Return the value of a ``Cache-Control`` header (RFC 9111, 5861, 8246). Times in seconds.

    Raises ValueError for directives that contradict each other, and for a negative time.
    """
    if public and private:
        raise ValueError("res.cache(): an answer is public or private, not both.")
    times = {
        "max-age": max_age,
        "s-maxage": s_maxage,
        "stale-while-revalidate": stale_while_revalidate,
        "stale-if-error": stale_if_error,
    }
    given = {name: seconds for name, seconds in times.items() if seconds is not None}
    for name, seconds in given.items():
        if type(seconds) is not int or seconds < 0:
            raise ValueError(f"res.cache(): {name} is {seconds!r}; it is a number of seconds.")
    if no_store and (given or public or immutable):
        raise ValueError("res.cache(no_store=True) leaves nothing to cache: drop the rest.")
    flags = {
        "public": public,
        "private": private,
        "no-cache": no_cache,
        "no-store": no_store,
        "must-revalidate": must_revalidate,
        "immutable": immutable,
    }
    parts = [name for name, is_set in flags.items() if is_set]
    parts += [f"{name}={seconds}" for name, seconds in given.items()]
    if not parts:
        raise ValueError("res.cache() says nothing: give max_age, or no_store=True.")
    return ", ".join(parts)
