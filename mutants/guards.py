"""The faults: one line each, as somebody in a hurry would make them."""

from __future__ import annotations

from typing import NamedTuple

ACCESS = (
    "tests/guards/test_origin.py",
    "tests/guards/test_access.py",
    "tests/guards/test_access_declared.py",
    "tests/guards/test_access_failures.py",
    "tests/guards/test_access_methods.py",
    "tests/guards/test_access_refused.py",
    "tests/guards/test_access_users.py",
    "tests/guards/test_access_sound.py",
    "tests/guards/test_permissions.py",
    "tests/guards/test_permissions_bugs.py",
    "tests/guards/test_session.py",
    "tests/guards/test_session_and_others.py",
    "tests/guards/test_order.py",
    "tests/endpoint/test_config.py",
)
LIMITS = (
    "tests/guards/test_rate.py",
    "tests/guards/test_limits.py",
    "tests/guards/test_limits_window.py",
    "tests/guards/test_limits_routes.py",
    "tests/guards/test_limits_redis.py",
    "tests/guards/test_limits_outage.py",
)
TOKENS = ("tests/auth",)
KEYS = ("tests/api_keys",)
SITE = ("tests/project",)


class Mutant(NamedTuple):
    """Words of a file that become other words, and who should notice."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.new.strip() or 'nothing'!s:.60}"


def _of(file: str, tests: tuple[str, ...], *pairs: tuple[str, str]) -> list[Mutant]:
    return [Mutant(file, old, new, tests) for old, new in pairs]


MUTANTS = [
    *_of(
        "fileapi/guards/origin.py",
        ACCESS,
        (".lower() not in OF_BROWSERS", ".lower() in OF_BROWSERS"),
        ('("basic", "digest", "negotiate", "ntlm")', "()"),
        ("if is_from_here(req.django) is False:", "if is_from_here(req.django) is None:"),
        ('in ("same-origin", "none")', 'in ("same-origin", "same-site", "none")'),
        ("return None if", "return True if"),
        ("origin == f", "origin != f"),
    ),
    *_of(
        "fileapi/guards/access.py",
        ACCESS,
        ("            asked.who()\n", ""),
        ("            asked.whether()\n", ""),
        ("            asked.who()\n            asked.whether()\n", "            asked.whether()\n"),
        ("asked.about if self.decides_by_object else _no_decision", "lambda obj: None"),
        ("asked.about if self.decides_by_object else _no_decision", "asked.about"),
        ("self.request.method not in SAFE_METHODS", "self.request.method in SAFE_METHODS"),
        ("if from_here is False or (is_session and from_here is None):", "if from_here is False:"),
        ("(is_session and from_here is None)", "(from_here is None)"),
        ("_AMBIENT = (SessionAuthentication, ", "_AMBIENT = ("),
        (
            "_AMBIENT = (SessionAuthentication, BasicAuthentication, ",
            "_AMBIENT = (SessionAuthentication, ",
        ),
        (
            "if not permission.has_permission(self.request, self.view):",
            "if permission.has_permission(self.request, self.view) is None:",
        ),
        (
            "if not permission.has_object_permission(self.request, self.view, obj):",
            "if not permission.has_permission(self.request, self.view):",
        ),
        ("    if inspect.isawaitable(answer) or inspect", "    if inspect"),
        ("    if not isinstance(permission, (AND, OR, NOT)):", "    if True:"),
        ("        self.request.user = self.request._request.user\n", ""),
        ("and not self.request.successful_authenticator", ""),
    ),
    *_of(
        "fileapi/guards/drf.py",
        ACCESS,
        ("FILES = stream = property", "FILES = property"),
        ("body = data = POST", "data = POST"),
    ),
    *_of(
        "fileapi/guards/fitness.py",
        ACCESS,
        ("if permissions and config.auth is UNSET:", "if False:"),
        ("unchecked = _unchecked(module) if _decides_by_object_alone(one) else", "unchecked ="),
        ('ast.unparse(node) == "req.check"', 'node.attr == "check"'),
        ("and one.has_permission is BasePermission.has_permission", ""),
        ("        if needed:", "        if False:"),
        ("        yield from leaves(holder.op2_class)\n", ""),
    ),
    *_of(
        "fileapi/guards/order.py",
        (*ACCESS, *LIMITS),
        ('if rate.per == "address"),', 'if rate.per != "address"),'),
        ("    if auth or permissions:\n", "    if auth and permissions:\n"),
        ("        for each in found:\n", "        for each in found[:1]:\n"),
        ("        for each in found:\n", "        for each in reversed(found):\n"),
    ),
    *_of(
        "fileapi/config.py",
        ACCESS,
        ("            if above and here is not None:", "            if False:"),
        ("            if self.permissions is UNSET:", "            if False:"),
        (
            "if self.auth is None and self.permissions is not None and outer.permissions:",
            "if False:",
        ),
    ),
    *_of(
        "fileapi/endpoint/endpoint.py",
        ACCESS,
        ("step if safe else guarded(same_origin, step, blocks=False)", "step"),
        ("                step = guarded(guard, step, blocks=True)\n", "                pass\n"),
        (
            "        if problem := order.problem(self.config, own.module, route.file):",
            "        if problem := None:",
        ),
    ),
    *_of(
        "fileapi/auth/signature.py",
        TOKENS,
        ("header.alg != key.algorithm or ", ""),
        (" or not algorithm.verify(signed, key.verifies, signature)", ""),
        ("header.crit is not msgspec.UNSET or header.b64 is not msgspec.UNSET", "False"),
        ("if len(token) > MAX_LENGTH:", "if False:"),
        ('    if base64.urlsafe_b64encode(data).rstrip(b"=") != part.encode():', "    if False:"),
    ),
    *_of(
        "fileapi/auth/claims.py",
        TOKENS,
        ("if known.iss != settings.issuer:", "if not settings.issuer.startswith(known.iss):"),
        ("if settings.audience not in audiences:", "if False:"),
        ("if not known.exp > now - settings.leeway:", "if False:"),
        ("known.iat <= now + settings.leeway and ", ""),
        ("if not known.exp - known.iat <= settings.max_lifetime:", "if False:"),
    ),
    *_of(
        "fileapi/auth/tokens.py",
        TOKENS,
        ("        _check_key(key)\n", ""),
        ("        _check_use(header, key, claims, settings)\n", ""),
        ("if key.is_foreign and use is None and", "if use is None and"),
    ),
    *_of(
        "fileapi/auth/jwt.py",
        TOKENS,
        (' or not getattr(user, "is_active", True):', ":"),
        (" or not has_fingerprint(user, claims.get(CLAIM)):", ":"),
        ('return rest[1:] if rest.startswith(" ") else ""', "return rest.strip()"),
    ),
    *_of(
        "fileapi/auth/jwks.py",
        TOKENS,
        ('if entry.get("alg", algorithm) != algorithm or', "if"),
        ("if time.monotonic() >= self._last.next:", "if True:"),
        ("        if now - last.at < USABLE and id in last.keys:", "        if id in last.keys:"),
    ),
    *_of(
        "fileapi/api_keys/models.py",
        KEYS,
        ("if key and is_right and key.state() == LIVE else None", "if key and is_right else None"),
        ("if key and is_right and key.state() == LIVE", "if key and key.state() == LIVE"),
        ("LIVE if self.user.is_active else", "LIVE if True else"),
        ("self.expires_at <= timezone.now()", "self.expires_at >= timezone.now()"),
    ),
    *_of(
        "fileapi/api_keys/permissions.py",
        KEYS,
        ("wanted <= key.scopes", "bool(wanted & key.scopes)"),
        ("isinstance(key, APIKey) and", "not isinstance(key, APIKey) or"),
    ),
    *_of(
        "fileapi/guards/limits.py",
        LIMITS,
        (
            "        if not is_allowed:\n            raise _refusal(",
            "        if False:\n            raise _refusal(",
        ),
        ("packed[:8].hex()", "packed.hex()"),
        ("floor(count.wait) + 1", "floor(count.wait)"),
    ),
    *_of(
        "fileapi/guards/digest.py",
        LIMITS,
        ("        hashed.update((len(data) if part is not None else 2**64 - 1).to_bytes(8))\n", ""),
    ),
    *_of(
        "fileapi/guards/store.py",
        LIMITS,
        ('            if rate.when_down == "closed":\n                raise StoreDown\n', ""),
    ),
    *_of(
        "fileapi/guards/breaker.py",
        LIMITS,
        ("            if now < self._ask_again_at:\n                return False\n", ""),
    ),
    *_of(
        "fileapi/guards/windows.py",
        LIMITS,
        ("if len(times) >= limit:", "if len(times) > limit:"),
        ("while expired < len(times) and times[expired] < start:", "while expired < len(times):"),
    ),
    *_of(
        "project/accounts/tokens.py",
        SITE,
        ("alive.filter(refresh_hash=_hash(secret)).update(", "alive.update("),
        ("        end(id)\n        return None\n    login =", "        return None\n    login ="),
        ("login is not None and login.fits_user()", "login is not None"),
    ),
]
