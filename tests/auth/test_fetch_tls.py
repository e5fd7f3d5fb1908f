"""The same over TLS."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fileapi.auth.fetch import fetch_json

from .crafted import certificate, private_pem


def test_g26_a_plain_server_cannot_answer_for_https(why_not: Any, issuer: Any) -> None:
    assert why_not(issuer.url.replace("http:", "https:"))
    assert issuer.asked == 0


@pytest.mark.usefixtures("impatient")
def test_g26_a_tls_handshake_that_hangs_is_left(why_not: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # it accepts, and says nothing
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert why_not(url) == "no whole answer within 0.3 s"


def test_g26_a_certificate_that_nobody_vouches_for_is_refused(
    why_not: Any, issuer: Any, tls: Any
) -> None:
    issuer.server.socket = tls.wrap_socket(issuer.server.socket, server_side=True)
    issuer.say(b"{}")
    said = why_not(issuer.url.replace("http:", "https:"))
    assert "certificate verify failed" in said.lower()
    assert issuer.asked == 0


def test_https_is_spoken_to_a_certificate_of_that_name(
    why_not: Any, issuer: Any, tls: Any, certificate_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.server.socket = tls.wrap_socket(issuer.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", certificate_file)
    url = issuer.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
    issuer.publish()
    assert fetch_json(url) == {"keys": []}
    assert "mismatch" in why_not(url.replace("localhost", "127.0.0.1"))


@pytest.fixture
def certificate_file(tmp_path: Any) -> str:
    """Return a file with a key and a certificate of its own for localhost."""
    path = tmp_path / "localhost.pem"
    path.write_bytes(private_pem("p256").encode() + certificate(Encoding.PEM))
    return str(path)


@pytest.fixture
def tls(certificate_file: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file)
    return context
