"""What deploy/, the Dockerfile and the compose files say, as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()


def documents(path: str) -> list[Any]:
    """Return the documents of a YAML or JSON file of the repository."""
    return list(yaml.safe_load_all((REPOSITORY / path).read_text()))


COMPOSE = documents("docker-compose.yml")[0]
OVERRIDE = documents("docker-compose.override.yml")[0]
KUBERNETES_WEB, KUBERNETES_SERVICE = documents("deploy/kubernetes/web.yaml")
KUBERNETES_MIGRATE = documents("deploy/kubernetes/migrate.yaml")[0]
CLOUD_RUN = documents("deploy/cloud-run.yaml")[0]
ECS = json.loads((DEPLOY / "ecs-task.json").read_text())
AZURE = documents("deploy/azure-container-app.yaml")[0]

# The container of each platform that answers requests, by the platform's name.
CONTAINERS: dict[str, Any] = {
    "kubernetes": KUBERNETES_WEB["spec"]["template"]["spec"]["containers"][0],
    "cloud-run": CLOUD_RUN["spec"]["template"]["spec"]["containers"][0],
    "ecs": ECS["containerDefinitions"][0],
    "azure": AZURE["properties"]["template"]["containers"][0],
}


def variables(container: Any) -> dict[str, str | None]:
    """Return the environment that a container gets; None for what comes from a secret."""
    entries = [
        *(container.get("env") or container.get("environment", [])),
        *container.get("secrets", []),
    ]
    return {entry["name"]: entry.get("value") for entry in entries}


def stages() -> list[str]:
    """Return the Dockerfile's stages, without its comments and with whole lines."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]


def instructions(stage: str, name: str) -> list[str]:
    """Return the arguments of each instruction of a stage that has this name."""
    found = re.findall(rf"^{name} +(.*)$", stage, re.MULTILINE)
    return [" ".join(each.split()) for each in found]
