"""Each platform's own description of its files, and what deploy/ has for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import botocore.session
import kubernetes_validate
import pytest
from botocore.validate import ParamValidator
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft202012Validator, validators

from . import azure, cloud_run
from .manifests import (
    AZURE,
    CLOUD_RUN,
    COMPOSE,
    ECS,
    KUBERNETES_MIGRATE,
    KUBERNETES_SERVICE,
    KUBERNETES_WEB,
    OVERRIDE,
)


def of_compose(document: Any) -> list[str]:
    schema = get_builtin_schema("vendor.compose-spec")
    return [
        error.message for error in validators.validator_for(schema)(schema).iter_errors(document)
    ]


def of_kubernetes(document: Any) -> list[str]:
    try:
        # The oldest release whose preStop can sleep without a feature gate.
        kubernetes_validate.validate(document, "1.30", strict=True)
    except kubernetes_validate.ValidationError as error:
        return [error.message]
    return []


def of_cloud_run(document: Any) -> list[str]:
    errors = Draft202012Validator(cloud_run.schema()).iter_errors(document)
    return [error.message for error in errors]


def of_ecs(document: Any) -> list[str]:
    model = botocore.session.Session().get_service_model("ecs")
    shape = model.operation_model("RegisterTaskDefinition").input_shape
    report = ParamValidator().validate(document, shape)
    return [report.generate_report()] if report.has_errors() else []


def of_azure(document: Any) -> list[str]:
    return list(azure.problems(document))


DOCUMENTS: dict[str, tuple[Callable[[Any], list[str]], Any]] = {
    "compose": (of_compose, COMPOSE),
    "compose-override": (of_compose, OVERRIDE),
    "kubernetes-deployment": (of_kubernetes, KUBERNETES_WEB),
    "kubernetes-service": (of_kubernetes, KUBERNETES_SERVICE),
    "kubernetes-job": (of_kubernetes, KUBERNETES_MIGRATE),
    "cloud-run": (of_cloud_run, CLOUD_RUN),
    "ecs": (of_ecs, ECS),
    "azure": (of_azure, AZURE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_platform_knows_every_field(name: str) -> None:
    problems, document = DOCUMENTS[name]
    assert problems(document) == []


# A slip for each: a path to a place, the field written there, and a value of it.
SLIPS: dict[str, tuple[list[Any], str, Any]] = {
    "compose": (["services", "web"], "read-only", True),
    "compose-override": (["services", "web", "depends_on", "redis"], "condition", "healthy"),
    "kubernetes-deployment": (["spec", "template", "spec", "containers", 0], "livenesProbe", {}),
    "kubernetes-service": (["spec", "ports", 0], "port", "http"),
    "kubernetes-job": (["spec", "template", "spec"], "restart", "Never"),
    "cloud-run": (["spec", "template", "spec"], "concurrency", 16),
    "ecs": (["containerDefinitions", 0], "readOnlyRootFilesystem", True),
    "azure": (["properties", "configuration", "ingress"], "targetPort", "8000"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found(name: str) -> None:
    problems, document = DOCUMENTS[name]
    path, field, value = SLIPS[name]
    broken = place = copy.deepcopy(document)
    for step in path:
        place = place[step]
    place[field] = value
    assert problems(broken)
