"""What the site reads, the image has and the platforms are told: one story."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from django.urls import resolve

from .manifests import (
    AZURE,
    CLOUD_RUN,
    COMPOSE,
    CONTAINERS,
    DEPLOY,
    DOCKERFILE,
    ECS,
    KUBERNETES_MIGRATE,
    KUBERNETES_WEB,
    OVERRIDE,
    REPOSITORY,
    instructions,
    stages,
    variables,
)

PAGE = (REPOSITORY / "docs" / "deployment.md").read_text()
GRACEFUL_TIMEOUT = 30  # seconds, gunicorn.conf.py's default

READS = re.compile(
    r"""(?:\benv(?:\.\w+)?|\benv_list|\bnumber|os\.environ(?:\.\w+)?)[(\[]\s*"([A-Z_]+)\""""
    r"""|"([A-Z_]+)"\ in\ os\.environ"""
)


def read_by_the_site() -> set[str]:
    files = ["gunicorn.conf.py", "project/settings.py", "deploy/healthcheck.py"]
    texts = [(REPOSITORY / file).read_text() for file in files]
    return {a or b for text in texts for a, b in READS.findall(text)}


def test_every_variable_that_the_site_reads_is_documented() -> None:
    names = read_by_the_site()
    assert {"SECRET_KEY", "VERCEL", "WEB_CONCURRENCY", "FILEAPI_THREADS", "PORT"} <= names
    documented = set(re.findall(r"`([A-Z][A-Z_]+)(?:=[^`]*)?`", PAGE))
    assert names - documented == set()


def test_every_variable_of_the_compose_file_is_documented() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    names = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert {"SECRET_KEY", "REDIS_PASSWORD", "PROXY_SUBNET"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("platform", CONTAINERS)
def test_a_platform_sets_only_what_the_site_reads(platform: str) -> None:
    given = set(variables(CONTAINERS[platform]))
    assert given - read_by_the_site() == set()
    assert "ALLOWED_HOSTS" in given


def test_compose_sets_only_what_the_site_reads() -> None:
    assert set(COMPOSE["x-site"]["environment"]) - read_by_the_site() == set()


@pytest.mark.parametrize("platform", CONTAINERS)
def test_secrets_are_named_and_never_written(platform: str) -> None:
    given = variables(CONTAINERS[platform])
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CACHE_URL"):
        assert given.get(name) is None


def test_one_image_everywhere() -> None:
    job = KUBERNETES_MIGRATE["spec"]["template"]["spec"]["containers"][0]
    images = {container["image"] for container in [*CONTAINERS.values(), job]}
    assert len(images) == 1


def test_both_stages_are_one_slim_python_that_the_package_supports() -> None:
    bases = {instructions(stage, "FROM")[0].split()[0] for stage in stages()}
    assert len(bases) == 1
    found = re.fullmatch(r"python:(3\.\d+)-slim", bases.pop())
    assert found
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert f"Programming Language :: Python :: {found[1]}" in project["classifiers"]


def test_the_final_stage_runs_nothing_and_takes_only_what_was_made() -> None:
    final = stages()[-1]
    assert instructions(final, "RUN") == []
    assert all(line.startswith("--from=build ") for line in instructions(final, "COPY"))
    assert instructions(final, "CMD") == ['["gunicorn", "project.wsgi"]']


def test_only_wheels_of_the_lock_are_installed() -> None:
    (install,) = [line for line in instructions(stages()[0], "RUN") if " install " in line]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install


def test_the_user_is_a_number_and_the_same_everywhere() -> None:
    (user,) = instructions(stages()[-1], "USER")
    uid, gid = map(int, user.split(":"))
    assert uid >= 1000
    for manifest in (KUBERNETES_WEB, KUBERNETES_MIGRATE):
        context = manifest["spec"]["template"]["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True
        assert (context["runAsUser"], context["runAsGroup"]) == (uid, gid)
    assert CONTAINERS["ecs"]["user"] == user


def test_the_root_is_read_only_wherever_a_platform_can_say_so() -> None:
    job = KUBERNETES_MIGRATE["spec"]["template"]["spec"]["containers"][0]
    for container in (CONTAINERS["kubernetes"], job):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    assert CONTAINERS["ecs"]["readonlyRootFilesystem"] is True
    for name in ("web", "worker", "migrate", "nginx"):
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "/tmp" in service["tmpfs"]


def test_every_platform_sends_requests_to_the_port_of_the_image() -> None:
    (port,) = map(int, instructions(stages()[-1], "EXPOSE"))
    assert f"PORT={port}" in DOCKERFILE
    for platform in ("kubernetes", "cloud-run"):
        assert CONTAINERS[platform]["ports"][0]["containerPort"] == port
    assert CONTAINERS["ecs"]["portMappings"][0]["containerPort"] == port
    assert AZURE["properties"]["configuration"]["ingress"]["targetPort"] == port
    assert f"set $web web:{port};" in (DEPLOY / "nginx" / "nginx.conf").read_text()


def probes(platform: str) -> dict[str, Any]:
    container = CONTAINERS[platform]
    if platform == "azure":
        return {each["type"].lower(): each["httpGet"] for each in container["probes"]}
    names = [name for name in container if name.endswith("Probe")]
    return {name.removesuffix("Probe"): container[name]["httpGet"] for name in names}


@pytest.mark.parametrize("platform", ["kubernetes", "cloud-run", "azure"])
def test_probes_ask_what_the_site_answers_for_a_host_that_it_knows(platform: str) -> None:
    found = probes(platform)
    host = variables(CONTAINERS[platform])["ALLOWED_HOSTS"]
    assert found["startup"]["path"] == "/api/health/ready"
    # A database that is down is no reason to end a process.
    assert found["liveness"]["path"] == "/api/health/live"
    for probe in found.values():
        assert probe["httpHeaders"] == [{"name": "Host", "value": host}]
        assert f"/api/{resolve(probe['path']).url_name}" == probe["path"]


def test_the_healthcheck_of_the_image_is_the_one_of_ecs() -> None:
    (check,) = instructions(stages()[-1], "HEALTHCHECK")
    assert check.endswith('CMD ["python", "healthcheck.py"]')
    assert CONTAINERS["ecs"]["healthCheck"]["command"] == ["CMD", "python", "healthcheck.py"]


def test_every_platform_waits_longer_than_open_requests_may_take() -> None:
    pod = KUBERNETES_WEB["spec"]["template"]["spec"]
    sleep = CONTAINERS["kubernetes"]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] > GRACEFUL_TIMEOUT + sleep
    assert ECS["containerDefinitions"][0]["stopTimeout"] > GRACEFUL_TIMEOUT
    assert AZURE["properties"]["template"]["terminationGracePeriodSeconds"] > GRACEFUL_TIMEOUT
    assert int(COMPOSE["services"]["web"]["stop_grace_period"].removesuffix("s")) > GRACEFUL_TIMEOUT
    # Cloud Run gives ten seconds, whatever it is asked for.
    assert int(str(variables(CONTAINERS["cloud-run"])["GRACEFUL_TIMEOUT"])) < 10


def test_cloud_run_sends_a_container_no_more_than_it_has_threads() -> None:
    reads = (REPOSITORY / "gunicorn.conf.py").read_text()
    workers, threads = (
        int(re.findall(rf'number\("{name}", (\d+)\)', reads)[0])
        for name in ("WEB_CONCURRENCY", "THREADS")
    )
    assert CLOUD_RUN["spec"]["template"]["spec"]["containerConcurrency"] == workers * threads


def test_h21_redis_has_a_password_and_no_port_outside() -> None:
    services = COMPOSE["services"]
    assert [name for name in services if "ports" in services[name]] == ["nginx"]
    redis = services["redis"]
    assert "requirepass $$REDISCLI_AUTH" in redis["command"][-1]
    assert redis["environment"]["REDISCLI_AUTH"] == "${REDIS_PASSWORD:?}"
    assert redis["networks"] == ["data"]
    assert "nginx" not in [name for name in services if "data" in services[name]["networks"]]


def test_any_number_of_web_containers_runs_beside_each_other() -> None:
    web = COMPOSE["services"]["web"]
    assert not {"ports", "container_name", "hostname"} & set(web)


def test_nothing_starts_before_what_it_needs() -> None:
    needs = {name: set(service["depends_on"]) for name, service in OVERRIDE["services"].items()}
    assert needs == {
        "nginx": {"web"},
        "web": {"migrate", "redis"},
        "worker": {"migrate"},
        "migrate": {"postgres"},
    }
    waits = {
        condition["condition"]
        for service in OVERRIDE["services"].values()
        for condition in service["depends_on"].values()
    }
    assert waits == {"service_healthy", "service_completed_successfully"}
