"""The one table between the recorded causes and our codes."""

from __future__ import annotations

CODES: dict[str, frozenset[str]] = {
    cause: frozenset(codes.split())
    for cause, codes in {
        "admin-access-label-missing": "DRA114",
        "all-matching-devices-allocated": "DRA201",
        "all-mode-device-busy": "DRA204",
        "allocator-timeout": "DRA403",
        "binding-conditions-pending": "DRA501",
        "binding-failed": "DRA502",
        "capacity-exhausted": "DRA206",
        "capacity-request-policy": "DRA108",
        "capacity-unknown": "DRA107",
        "cel-compile-error": "DRA103 DRA901",
        "cel-runtime-error": "DRA102",
        "claim-being-deleted": "DRA210",
        "claim-missing": "DRA109",
        "claim-pinned-to-other-node": "DRA207",
        "claim-reservations-exhausted": "DRA208",
        "claim-write-conflicts": "DRA209",
        "class-missing": "DRA104",
        "constraint-unsatisfiable": "DRA401 DRA402",
        "container-creation-failed": "DRA507",
        "container-without-claim": "DRA117",
        "counters-exhausted": "DRA205",
        "device-not-ready": "DRA505",
        "device-plugin-and-driver-on-one-node": "DRA306",
        "device-reused-after-force-delete": "DRA508",
        "device-taint-not-tolerated": "DRA304 DRA506",
        "devices-held-by-idle-claims": "DRA202",
        "driver-not-running-on-node": "DRA305",
        "driver-publishes-nothing": "DRA302",
        "extended-resource-from-device-plugin": "DRA116",
        "extended-resource-unknown": "DRA115",
        "feature-gate-off": "DRA604 DRA311 DRA312 DRA317 DRA119",
        "group-not-served": "DRA001",
        "node-excluded": "DRA313",
        "node-resources-short": "DRA315",
        "node-taint-not-tolerated": "DRA314",
        "not-enough-on-one-node": "DRA203 DRA213 DRA309",
        "pod-not-reserved": "DRA504",
        "pool-incomplete": "DRA301",
        "pool-invalid": "DRA303",
        "preemption-not-possible": "DRA211",
        "quota-exceeded": "DRA601",
        "runtimeclass-missing": "DRA602",
        "scheduling-gate": "DRA603",
        "selector-matches-no-device": "DRA101 DRA105",
        "status-rights-missing": "DRA606",
        "template-created-late": "DRA111",
        "template-missing": "DRA110",
        "too-many-devices": "DRA106",
    }.items()
}
"""Cause → the codes that name it. ``none``, ``none-visible`` and ``manifest-refused`` are compared by severity alone."""

OBSTACLES: dict[str, frozenset[str]] = {
    obstacle: frozenset(codes.split())
    for obstacle, codes in {
        "inUse": "DRA201 DRA202 DRA204 DRA205 DRA206 DRA211",
        "requestSelectors": "DRA101 DRA102 DRA103",
        "classSelectors": "DRA105 DRA302 DRA102 DRA103",
        "taints": "DRA304 DRA204",
        "constraints": "DRA401 DRA402",
        # A pool whose devices consume what no slice declares is invalid, and valid once they consume nothing.
        "counters": "DRA205 DRA212 DRA312 DRA303",
        "capacityRequests": "DRA107 DRA206 DRA108",
        "requestPolicies": "DRA108 DRA206",
        "bindingConditions": "DRA311",
        "otherNodes": "DRA309",
        "incompletePools": "DRA301",
        "invalidPools": "DRA303",
        "counts": "DRA203 DRA204 DRA213 DRA106",
        "otherClaims": "DRA203 DRA204 DRA213 DRA106",
        "otherRequests": "DRA203 DRA204 DRA213 DRA106",
    }.items()
}
"""What upstream's allocator was relieved of → the codes that name it; the last three all mean: not enough for all at once."""
