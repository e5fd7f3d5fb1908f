"""What FILEAPI_JWT may hold. What it may not is refused at start, and no secret is shown."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from fileapi.auth.settings import check_settings, jwt_settings

from .crafted import FILEAPI_JWT, SECRET, private_pem, public_pem

PROJECT = Path(__file__).parents[2]


def test_good_settings_have_these_defaults(fault_of: Any) -> None:
    assert fault_of() == ""
    found = jwt_settings()
    assert (found.lifetime, found.max_lifetime, found.leeway) == (300, 3600, 10)
    assert list(found.keys) == ["new", "old"]
    assert found.signing_key().id == "new"


def test_settings_are_read_once_and_anew_when_they_change(settings: Any) -> None:
    first = jwt_settings()
    assert jwt_settings() is first
    settings.FILEAPI_JWT = FILEAPI_JWT | {"ISSUER": "another"}
    assert jwt_settings().issuer == "another"
    settings.SECRET_KEY = "another"
    assert jwt_settings() is jwt_settings()


def test_without_the_setting_nothing_is_checked_and_nothing_verified(settings: Any) -> None:
    del settings.FILEAPI_JWT
    check_settings()
    with pytest.raises(ImproperlyConfigured, match="FILEAPI_JWT: it is no dictionary"):
        jwt_settings()


KEY = {"id": "a", "algorithm": "HS256", "secret": SECRET}
UNTIL = KEY | {"until": "2026-12-31T00:00:00Z"}
WRONG = [
    ({"ISSUER": ""}, "ISSUER is ''"),
    ({"ISSUER": None}, "ISSUER is None"),
    ({"AUDIENCE": ["a"]}, "AUDIENCE is ['a']"),
    ({"AUDIENCE": ""}, "AUDIENCE is ''"),
    ({"KEY": []}, "there is no 'KEY'; it may have"),
    ({"KEYS": []}, "it has no key"),
    ({"KEYS": KEY}, "KEYS is no list"),
    ({"KEYS": [KEY, KEY]}, "two keys have the id 'a'"),
    ({"KEYS": [SECRET]}, "KEYS[0] is no dictionary"),
    ({"KEYS": [KEY | {"id": ""}]}, "KEYS[0] has no id"),
    ({"KEYS": [KEY, KEY | {"id": 1}]}, "KEYS[1] has no id"),
    ({"KEYS": [UNTIL]}, "the key 'a' signs, and ends"),
    ({"LIFETIME": 7200}, "MAX_LIFETIME is 3600, less than LIFETIME, 7200"),
    ({"LIFETIME": 0}, "LIFETIME is 0"),
    ({"LIFETIME": "300"}, "LIFETIME is '300'"),
    ({"LIFETIME": True}, "LIFETIME is True"),
    ({"MAX_LIFETIME": 1.5}, "MAX_LIFETIME is 1.5"),
    ({"LEEWAY": 31}, "LEEWAY is 31"),
    ({"LEEWAY": -1}, "LEEWAY is -1"),
    ({"JWKS_URL": "https://a/"}, "JWKS_ALGORITHM is None"),
    ({"JWKS_URL": "https://a/", "JWKS_ALGORITHM": "HS256"}, "JWKS_ALGORITHM is 'HS256'"),
    ({"JWKS_URL": "https://a/", "JWKS_ALGORITHM": "none"}, "JWKS_ALGORITHM is 'none'"),
    ({"JWKS_ALGORITHM": "RS256"}, "need a JWKS_URL"),
    ({"JWKS_TYPE": "JWT"}, "need a JWKS_URL"),
    ({"JWKS_URL": "https://a/", "JWKS_ALGORITHM": "RS256", "JWKS_TYPE": None}, "JWKS_TYPE is None"),
]


@pytest.mark.parametrize(("changes", "part"), WRONG)
def test_a_wrong_setting_is_named(fault_of: Any, changes: Any, part: str) -> None:
    assert part in fault_of(**changes)


def test_a_second_key_and_a_key_that_only_verifies_may_end(fault_of: Any) -> None:
    until = "2026-12-31T00:00:00+01:00"
    public = {"algorithm": "RS256", "public_key": public_pem("rsa"), "until": until}
    assert fault_of(KEYS=[KEY, UNTIL | {"id": "b"}]) == ""
    assert fault_of(KEYS=[public | {"id": "b"}, KEY]) == ""
    moment = datetime.datetime.fromisoformat(until)
    assert fault_of(KEYS=[KEY, UNTIL | {"id": "b", "until": moment}]) == ""
    assert jwt_settings().keys["b"].until == moment.timestamp()


GOOD_URLS = [
    *("https://issuer.example/jwks", "https://issuer.example:8443/jwks?a=b", "http://localhost/k"),
    *("http://127.0.0.1:8000/k", "http://[::1]/k", "http://127.9.9.9/k"),
]
BAD_URLS = [
    *("http://issuer.example/jwks", "ftp://localhost/", "file:///etc/passwd", "//localhost/", ""),
    *("https://", "https://user@issuer.example/", "https://:secret@issuer.example/", 1, None),
    *("http://localhost.attacker.example/", "http://10.0.0.1/", "http://169.254.169.254/"),
    *(
        "https://issuer.example:99999/",
        "https://b\u00fccher.example/",
        "http://0.0.0.0/",
        b"https:",
    ),
    *("https://issuer.example/\r\nX: y", "https://issuer.example/a b"),
]


@pytest.mark.parametrize("url", GOOD_URLS)
def test_d24_a_jwks_url_is_https_or_on_this_machine(fault_of: Any, url: str) -> None:
    assert fault_of(JWKS_URL=url, JWKS_ALGORITHM="RS256", KEYS=[]) == ""


@pytest.mark.parametrize("url", BAD_URLS, ids=repr)
def test_d24_no_other_jwks_url_is_fetched(fault_of: Any, url: Any) -> None:
    said = fault_of(JWKS_URL=url, JWKS_ALGORITHM="RS256")
    assert ("JWKS_URL is no https" if url is not None else "need a JWKS_URL") in said
    assert "secret" not in said


def test_no_secret_is_shown(fault_of_key: Any, settings: Any) -> None:
    canary = "canary-" + SECRET
    pem = private_pem("rsa")
    for entry in (
        {"secret": "canary"},
        {"secret": canary, "algorithm": "RS256"},
        {"secret": canary, "public_key": canary},
        {"secret": canary, "until": "soon"},
        {"secret": canary, "algorithm": "none"},
        {"private_key": canary, "algorithm": "RS256"},
        {"public_key": pem, "algorithm": "RS256"},
    ):
        said = fault_of_key(**entry)
        assert said
        assert "canary" not in said
        assert pem.splitlines()[1] not in said
    settings.FILEAPI_JWT = FILEAPI_JWT | {"KEYS": [KEY | {"secret": canary}]}
    assert "canary" not in repr(jwt_settings()) + str(jwt_settings().keys)


def test_a_secret_is_checked_without_the_libraries_of_tokens() -> None:
    program = (
        "import sys\nfrom django.conf import settings\n"
        f"settings.configure(FILEAPI_JWT={FILEAPI_JWT!r})\n"
        "from fileapi.auth.settings import check_settings\ncheck_settings()\n"
        "heavy = {'jwt', 'cryptography', 'rest_framework', 'fileapi.auth.fetch'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
