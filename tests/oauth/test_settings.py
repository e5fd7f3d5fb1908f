"""What the environment says of providers."""

from __future__ import annotations

import pytest

from tests.project.test_settings import PRODUCTION, refusal, settings

GOOGLE = {
    "OAUTH_PROVIDERS": "google",
    "OAUTH_GOOGLE_ISSUER": "https://accounts.google.com",
    "OAUTH_GOOGLE_CLIENT_ID": "id",
    "OAUTH_GOOGLE_CLIENT_SECRET": "$ecret,with=signs",
}
SITE = {"SITE_URL": "https://example.com/"}


def test_without_providers_there_is_none() -> None:
    found = settings(**PRODUCTION)
    assert (found["OAUTH_PROVIDERS"], found["SITE_URL"]) == ({}, "")


def test_a_provider_is_read_by_its_name() -> None:
    found = settings(**PRODUCTION, **GOOGLE, **SITE)
    assert found["SITE_URL"] == "https://example.com"
    assert found["OAUTH_PROVIDERS"] == {
        "google": {
            "issuer": "https://accounts.google.com",
            "client_id": "id",
            "client_secret": "$ecret,with=signs",
            "scope": "openid email profile",
        }
    }


def test_several_are_separated_by_commas_and_a_dash_is_an_underscore() -> None:
    more = {name.replace("GOOGLE", "MY_SSO"): value for name, value in GOOGLE.items()}
    env = {**GOOGLE, **more, "OAUTH_PROVIDERS": "google, my-sso", "OAUTH_MY_SSO_SCOPE": "openid"}
    found = settings(**env)["OAUTH_PROVIDERS"]
    assert list(found) == ["google", "my-sso"]
    assert found["my-sso"]["scope"] == "openid"


@pytest.mark.parametrize("missing", ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"])
def test_what_is_missing_is_named(missing: str) -> None:
    name = f"OAUTH_GOOGLE_{missing}"
    assert refusal(**{**GOOGLE, name: ""}) == (
        f"OAUTH_PROVIDERS names 'google'. Set ['{name}'] too."
    )


def test_g24_production_names_its_origin() -> None:
    assert refusal(**PRODUCTION, **GOOGLE).startswith("OAUTH_PROVIDERS is set and SITE_URL is not.")
    assert settings(**GOOGLE)["SITE_URL"] == ""


@pytest.mark.parametrize(
    "url", ["example.com", "https://example.com/site", "https://a b", "ftp://a"]
)
def test_g24_an_origin_is_scheme_and_host(url: str) -> None:
    assert refusal(**PRODUCTION, **GOOGLE, SITE_URL=url) == (
        f"SITE_URL={url!r} is no origin, such as https://example.com"
    )
