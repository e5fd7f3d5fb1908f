"""The client's part of OpenID Connect: the code flow with PKCE, and the ID token."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from fileapi import HttpError

from . import discovery
from .people import Person, person
from .providers import Provider
from .transport import BoundedAdapter, Deadline, ProviderFault

logger = logging.getLogger(__name__)

# Signatures by a key that the provider alone has. With "none" or HS256 others could make one.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
LEEWAY = 60  # seconds that the clocks may differ

# Of RFC 6749, 5.2 and 4.1.2.1: what is wrong here is this site's, or the provider's.
NOT_THE_CODE = (
    *("invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"),
    *("server_error", "temporarily_unavailable"),
)

# Providers that hang may hold some threads of a process, never all of them.
_slots = BoundedSemaphore(4)
PATIENCE = 1.0  # seconds to wait for a slot


class Client:
    """One request's talk with a provider. Every call raises ProviderFault where that fails."""

    def __init__(self, provider: Provider, redirect_uri: str, deadline: Deadline) -> None:
        self.provider = provider
        self.session = OAuth2Session(
            provider.client_id,
            provider.client_secret,
            scope=provider.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        self.session.trust_env = False  # no proxy, no .netrc
        self.session.adapters.clear()
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, BoundedAdapter(provider, deadline))

    @property
    def metadata(self) -> dict[str, Any]:
        """What the provider publishes of itself."""
        return discovery.metadata(self.provider, self.session)

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser."""
        endpoint = self.metadata["authorization_endpoint"]
        url, _ = self.session.create_authorization_url(
            endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url)

    def check_sender(self, issuer: str | None) -> None:
        """Raise HttpError 400 for an answer that another provider sent (RFC 9207)."""
        advertised = self.metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.provider.issuer and (advertised or issuer is not None):
            raise HttpError(400, "Another provider has answered. Start the login again.")

    def person(self, *, code: str, nonce: str, verifier: str) -> Person:
        """Return who has logged in. Raises HttpError 400 for a code or an ID token that is wrong.

        The provider's tokens live as long as this call.
        """
        token = self._token(code, verifier)
        claims = self._id_token(token, nonce)
        # Providers may leave out of the ID token what the access token gives (Core 1.0, 5.4).
        endpoint = self.metadata.get("userinfo_endpoint")
        if "email" not in claims and endpoint:
            bearer = f"Bearer {token.get('access_token')}"
            more = discovery.get_json(self.session, endpoint, Authorization=bearer)
            if more.get("sub") != claims["sub"]:
                raise ProviderFault("userinfo of another subject")
            claims = {**more, **claims}
        return person(claims)

    def _token(self, code: str, verifier: str) -> dict[str, Any]:
        methods = self.metadata.get("token_endpoint_auth_methods_supported")
        # In the body a secret needs no further encoding. Basic is what all have to know.
        if isinstance(methods, list) and "client_secret_post" in methods:
            self.session.token_endpoint_auth_method = "client_secret_post"
        try:
            token = self.session.fetch_token(
                self.metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except AuthlibBaseError as error:
            if error.error in NOT_THE_CODE:
                raise ProviderFault(f"the token endpoint says {error.error}") from None
            raise HttpError(400, "The provider does not take the code. Log in again.") from None
        except (requests.RequestException, ValueError, TypeError, RecursionError):
            raise ProviderFault("an answer that is no token") from None
        return dict(token)

    def _id_token(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        text = token.get("id_token")
        if not isinstance(text, str):
            raise ProviderFault("no ID token")
        options = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
        }
        params = {
            "nonce": nonce,
            "client_id": self.provider.client_id,
            "access_token": token.get("access_token"),
        }
        try:
            decoded = self._decode(text)
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, RecursionError) as error:
            logger.warning("%s: an ID token: %s", self.provider, type(error).__name__)
            raise HttpError(400, "The provider's answer is not valid. Log in again.") from None
        return dict(claims)

    def _decode(self, text: str) -> jwt.Token:
        rules = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(text, discovery.keys(self.provider, self.session), None, rules)
        except InvalidKeyIdError:  # it may be a new key
            keys = discovery.keys(self.provider, self.session, anew=True)
            return jwt.decode(text, keys, None, rules)


@contextmanager
def client(provider: Provider, redirect_uri: str) -> Iterator[Client]:
    """Talk with a provider. Its faults go to the log, without anything that it sent."""
    deadline = Deadline()
    if not _slots.acquire(timeout=PATIENCE):
        raise HttpError(503, "Too many wait for the login provider.", headers={"Retry-After": "5"})
    try:
        yield Client(provider, redirect_uri, deadline)
    except ProviderFault as fault:
        logger.warning("%s: %s", provider, fault.reason)
        raise
    finally:
        _slots.release()
