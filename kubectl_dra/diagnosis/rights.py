"""ClusterRoles → which account may write claim status by the old right only.

From 1.36 the API server asks for verbs on ``resourceclaims/driver`` (device status) and ``resourceclaims/binding`` (allocation) as well.
Upstream: ``pkg/registry/resource/resourceclaim/strategy.go``, KEP-4817 and the granular status authorization of 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.diagnosis.drivers import driver_workloads, looks_like
from kubectl_dra.findings.finding import Subject
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.rbac import PolicyRule
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts

_FIRST_WITH_SPLIT = Release(1, 36)
_STATUS, _DRIVER = "resourceclaims/status", "resourceclaims/driver"
_WRITING = frozenset({"update", "patch", "*"})
DRIVER_VERBS = ("associated-node:update", "associated-node:patch")
"""What a driver's account needs on ``resourceclaims/driver`` for devices of its own node."""


def missing_driver_right(scene: Scene, driver: str, waits_for: str, claim: Subject) -> Facts | None:
    """The account that looks like the driver's and may write claim status, but not device status; None where none was seen."""
    inventory = scene.inventory
    if inventory.release < _FIRST_WITH_SPLIT or not inventory.knows(kinds.CLUSTER_ROLE) or not inventory.knows(kinds.CLUSTER_ROLE_BINDING):
        return None
    homes = {workload.metadata.namespace for workload in driver_workloads(inventory, driver)}
    for account, roles in _roles_of_accounts(scene):
        if account.namespace not in homes and not looks_like(driver, ("dra", account.name, account.namespace)):
            continue
        rules = [rule for role in roles if role in inventory.cluster_roles for rule in inventory.cluster_roles[role].rules]
        granting = next(
            (role for role in roles if role in inventory.cluster_roles and _grants(inventory.cluster_roles[role].rules, _STATUS)), ""
        )
        if granting and not _grants(rules, _DRIVER, exact_verbs=False):
            from kubectl_dra.findings.dra606_status_rights_missing import StatusRightsMissing  # noqa: PLC0415

            return StatusRightsMissing(
                account=account,
                resource=_DRIVER,
                verbs=DRIVER_VERBS,
                role=f"ClusterRole/{granting}",
                driver=driver,
                claim=claim,
                waits_for=waits_for,
            )
    return None


def _roles_of_accounts(scene: Scene) -> Iterator[tuple[Subject, tuple[str, ...]]]:
    """Every ServiceAccount that a ClusterRoleBinding names, with all its ClusterRoles."""
    roles: dict[tuple[str, str], list[str]] = {}
    for _, binding in sorted(scene.inventory.cluster_role_bindings.items()):
        for subject in binding.subjects:
            if subject.kind == "ServiceAccount" and binding.role_ref.kind == "ClusterRole":
                roles.setdefault((subject.namespace, subject.name), []).append(binding.role_ref.name)
    for (namespace, name), names in roles.items():
        yield Subject(kind="ServiceAccount", name=name, namespace=namespace), tuple(names)


def _grants(rules: Iterable[PolicyRule], resource: str, *, exact_verbs: bool = True) -> bool:
    whole = f"*/{resource.partition('/')[2]}"
    for rule in rules:
        if not {RESOURCE_GROUP, "*"} & set(rule.api_groups) or not {resource, "*", whole} & set(rule.resources):
            continue
        if not exact_verbs or _WRITING & set(rule.verbs):
            return True
    return False
