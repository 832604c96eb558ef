"""Pods that wait, each for a reason of its own: what is staged, what is to be said of it, and what makes the pod run.

Every scenario has a namespace, a driver, a class and nodes of its own, all named for it, so that all stand on one control plane at once.
"""

from dataclasses import dataclass
from typing import Any, Final

import yaml

from tests.controlplane.client import Document

WANT: Final = "wants"
"""The pod of every scenario."""
BY_HAND: Final = "by hand"
"""The remedy's command is run as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """A scenario: its documents, in order; the first finding; and how the remedy is applied.

    ``holders`` are pods that have to be placed before the pod that waits is created. ``remedy`` is a phrase of the first remedy, empty
    where nothing is offered. ``mend`` is kubectl's words, `BY_HAND` or documents that replace the claim and the pod.
    ``fits_in`` is a release whose scheduler places the pod: 1.34 reads distinctAttribute less strictly, and takes devices
    of incomplete pools. ``absent_in`` is one that refuses the documents, ``aborts_in``
    one whose scheduler ends the attempt in an error where others refuse the node.
    """

    key: str
    code: str
    standing: str
    documents: tuple[Document, ...]
    pod: Document
    holders: tuple[Document, ...] = ()
    remedy: str = ""
    mend: tuple[str, ...] | str | tuple[Document, ...] = ()
    places: bool = True
    further: str = ""
    fits_in: str = ""
    absent_in: str = ""
    aborts_in: str = ""


def flow(text: str) -> Any:
    """YAML in flow style, read."""
    return yaml.safe_load(text)


class Lab:
    """The objects of one scenario, named for it."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.driver = f"{key}.lab.test"

    def node(self, suffix: str = "", *, cpu: str = "4", spec: str = "{}") -> Document:
        """A node that only this scenario's pods may use."""
        name = f"{self.key}{suffix}"
        labels = {"lab": self.key, "kubernetes.io/hostname": name, "row": suffix.strip("-") or "none"}
        status = {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "20"}, "conditions": [{"type": "Ready", "status": "True"}]}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": labels},
            "spec": flow(spec),
            "status": status,
        }

    def slice(self, devices: str, suffix: str = "", *, slices: int = 1, counters: str = "", part: str = "") -> Document:
        """A slice of the node's pool, devices in flow style."""
        name = f"{self.key}{suffix}"
        spec: Document = {"driver": self.driver, "nodeName": name}
        spec["pool"] = {"name": name, "generation": 1, "resourceSliceCount": slices}
        if counters:
            spec["sharedCounters"] = flow(counters)
        else:
            spec["devices"] = flow(devices)
        return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"{name}{part}"}, "spec": spec}

    def device_class(self, name: str = "", **spec: str) -> Document:
        """The class of the scenario's driver."""
        selectors = [{"cel": {"expression": f'device.driver == "{self.driver}"'}}]
        return {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "DeviceClass",
            "metadata": {"name": name or self.key},
            "spec": {"selectors": selectors, **spec},
        }

    def claim(self, requests: str, name: str = WANT, constraints: str = "[]") -> Document:
        """A claim; CLASS stands for the scenario's class, ATTR for its driver's attributes."""
        spec = {"devices": {"requests": self.read(requests), "constraints": self.read(constraints)}}
        return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": self.metadata(name), "spec": spec}

    def template(self, requests: str, name: str, namespace: str = "") -> Document:
        """A template of claims."""
        metadata = {"name": name, "namespace": namespace or self.key}
        spec = {"spec": {"devices": {"requests": self.read(requests)}}}
        return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": metadata, "spec": spec}

    def pod(self, name: str = WANT, *, claim: str = WANT, template: str = "", requests: str = "{}", more: str = "{}") -> Document:
        """A pod with one claim, for this scenario's nodes."""
        entry = {"name": "hw", "resourceClaimTemplateName": template} if template else {"name": "hw", "resourceClaimName": claim}
        has = bool(claim or template)
        resources = {"requests": flow(requests), "limits": flow(requests), **({"claims": [{"name": "hw"}]} if has else {})}
        spec = {
            "nodeSelector": {"lab": self.key},
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "main", "image": "example.com/x", "resources": resources}],
            **({"resourceClaims": [entry]} if has else {}),
            **self.read(more),
        }
        return {"apiVersion": "v1", "kind": "Pod", "metadata": self.metadata(name), "spec": spec}

    def metadata(self, name: str) -> Document:
        """Name and namespace."""
        return {"name": name, "namespace": self.key}

    def hardware(self, devices: str, count: int = 1, class_name: str = "") -> tuple[Document, ...]:
        """Nodes with the same devices, and the class."""
        suffixes = [f"-{number}" for number in range(count)]
        made = [document for suffix in suffixes for document in (self.node(suffix), self.slice(devices, suffix))]
        return (*made, self.device_class(class_name))

    def read(self, text: str) -> Any:
        """Flow style with this scenario's own names."""
        return flow(text.replace("CLASS", self.key).replace("ATTR", f'device.attributes["{self.driver}"]').replace("DRIVER", self.driver))


ONE: Final = "[{name: unit, exactly: {deviceClassName: CLASS}}]"
PLAIN: Final = "[{name: unit-0}]"
TWO: Final = "[{name: unit-0}, {name: unit-1}]"


def asking(more: str) -> str:
    """One request with further fields."""
    return f"[{{name: unit, exactly: {{deviceClassName: CLASS, {more}}}}}]"


def selecting(expression: str) -> str:
    """One request with a selector."""
    return asking(f"selectors: [{{cel: {{expression: '{expression}'}}}}]")


def colours() -> Staging:
    """The selector names a value that no device has."""
    lab = Lab("tint")
    hardware = lab.hardware("[{name: unit-0, attributes: {shade: {string: teal}}}, {name: unit-1, attributes: {shade: {string: plum}}}]")
    return Staging(
        key=lab.key,
        code="DRA101",
        standing="unschedulable",
        documents=(*hardware, lab.claim(selecting('ATTR.shade == "teel"'))),
        pod=lab.pod(),
        remedy='ATTR.shade == "teal"',
        mend=(lab.claim(selecting('ATTR.shade == "teal"')), lab.pod()),
    )


def failing() -> Staging:
    """The selector reads an attribute that the device lacks."""
    lab = Lab("fail")
    return Staging(
        key=lab.key,
        code="DRA102",
        standing="aborted",
        documents=(*lab.hardware("[{name: unit-0, attributes: {lanes: {int: 16}}}]"), lab.claim(selecting("ATTR.lane >= 8"))),
        pod=lab.pod(),
        remedy="ATTR.lanes >= 8",
        mend=(lab.claim(selecting("ATTR.lanes >= 8")), lab.pod()),
    )


def claim_missing() -> Staging:
    """The pod names a claim that does not exist."""
    lab = Lab("unmade")
    return Staging(
        key=lab.key,
        code="DRA109",
        standing="held",
        documents=lab.hardware(PLAIN),
        pod=lab.pod(),
        mend=(lab.claim(ONE),),
    )


def template_missing() -> Staging:
    """The pod names a template that does not exist."""
    lab = Lab("mould")
    return Staging(
        key=lab.key,
        code="DRA110",
        standing="held",
        documents=lab.hardware(PLAIN),
        pod=lab.pod(template="cast"),
        mend=(lab.template(ONE, "cast"),),
    )


def template_elsewhere() -> Staging:
    """The template is in another namespace."""
    lab = Lab("abroad")
    return Staging(
        key=lab.key,
        code="DRA110",
        standing="held",
        documents=(*lab.hardware(PLAIN), lab.template(ONE, "stamp", "default")),
        pod=lab.pod(template="stamp"),
        mend=BY_HAND,
    )


def class_missing() -> Staging:
    """The class is spelled wrong."""
    lab = Lab("kind")
    return Staging(
        key=lab.key,
        code="DRA104",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN, class_name="kind-of-unit"), lab.claim(ONE.replace("CLASS", "kind-of-unti"))),
        pod=lab.pod(),
        remedy="kind-of-unit",
        mend=(lab.claim(ONE.replace("CLASS", "kind-of-unit")), lab.pod()),
    )


def busy() -> Staging:
    """A running pod holds the only device."""
    lab = Lab("busy")
    return Staging(
        key=lab.key,
        code="DRA201",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN), lab.claim(ONE, "had"), lab.claim(ONE)),
        holders=(lab.pod("has", claim="had"),),
        pod=lab.pod(),
        remedy="has",
        mend=("delete", "pod", "has", "-n", "busy"),
    )


def idle() -> Staging:
    """A claim that no pod uses holds the only device."""
    lab = Lab("idle")
    result = {"request": "unit", "driver": lab.driver, "pool": "idle-0", "device": "unit-0"}
    place = flow("{nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [idle-0]}]}]}")
    forgotten = lab.claim(ONE, "forgotten") | {"status": {"allocation": {"devices": {"results": [result]}, "nodeSelector": place}}}
    return Staging(
        key=lab.key,
        code="DRA202",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN), forgotten, lab.claim(ONE)),
        pod=lab.pod(),
        remedy="delete ResourceClaim/forgotten",
        mend=BY_HAND,
    )


def driver_taint() -> Staging:
    """The driver taints the device."""
    lab = Lab("scorch")
    tolerated = asking("tolerations: [{key: lab.test/hot, operator: Exists, effect: NoSchedule}]")
    return Staging(
        key=lab.key,
        code="DRA304",
        standing="unschedulable",
        documents=(*lab.hardware("[{name: unit-0, taints: [{key: lab.test/hot, effect: NoSchedule}]}]"), lab.claim(ONE)),
        pod=lab.pod(),
        remedy="tolerations",
        mend=(lab.claim(tolerated), lab.pod()),
    )


def ruled() -> Staging:
    """A DeviceTaintRule taints the device."""
    lab = Lab("ruled")
    rule = {
        "apiVersion": "TAINT-RULES",
        "kind": "DeviceTaintRule",
        "metadata": {"name": "ruled-out"},
        "spec": {"deviceSelector": {"driver": lab.driver}, "taint": {"key": "lab.test/audit", "effect": "NoSchedule"}},
    }
    return Staging(
        key=lab.key,
        code="DRA304",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN), rule, lab.claim(ONE)),
        pod=lab.pod(),
        remedy="tolerations",
        mend=("delete", "devicetaintrule", "ruled-out"),
    )


def apart() -> Staging:
    """Two devices are to share a value, and do not."""
    lab = Lab("apart")
    devices = "[{name: unit-0, attributes: {bay: {int: 1}}}, {name: unit-1, attributes: {bay: {int: 2}}}]"
    return Staging(
        key=lab.key,
        code="DRA401",
        standing="unschedulable",
        documents=(*lab.hardware(devices), lab.claim(asking("count: 2"), constraints="[{matchAttribute: DRIVER/bay}]")),
        pod=lab.pod(),
        remedy="leave the constraint out",
        mend=(lab.claim(asking("count: 2")), lab.pod()),
    )


def alike() -> Staging:
    """Two devices are to differ in a value, and do not."""
    lab = Lab("alike")
    devices = "[{name: unit-0, attributes: {bay: {int: 1}}}, {name: unit-1, attributes: {bay: {int: 1}}}]"
    return Staging(
        key=lab.key,
        fits_in="1.34",
        code="DRA401",
        standing="unschedulable",
        documents=(*lab.hardware(devices), lab.claim(asking("count: 2"), constraints="[{distinctAttribute: DRIVER/bay}]")),
        pod=lab.pod(),
        remedy="leave the constraint out",
        mend=(lab.claim(asking("count: 2")), lab.pod()),
    )


def unnamed() -> Staging:
    """A constraint is about an attribute that no device has."""
    lab = Lab("unnamed")
    devices = "[{name: unit-0, attributes: {bay: {int: 1}}}, {name: unit-1, attributes: {bay: {int: 1}}}]"
    return Staging(
        key=lab.key,
        code="DRA402",
        standing="unschedulable",
        documents=(*lab.hardware(devices), lab.claim(asking("count: 2"), constraints="[{matchAttribute: DRIVER/boy}]")),
        pod=lab.pod(),
        remedy="leave the constraint out",
        mend=(lab.claim(asking("count: 2")), lab.pod()),
    )


def partitions(*, together: bool) -> Staging:
    """A free partition's counters are spent by another one; counters stand beside the devices, as in 1.34, or in another slice."""
    lab = Lab("slate" if together else "slab")
    draws = "consumesCounters: [{counterSet: whole, counters: {cells: {value: '3'}}}]"
    devices = (
        f"[{{name: left, attributes: {{side: {{string: l}}}}, {draws}}}, {{name: right, attributes: {{side: {{string: r}}}}, {draws}}}]"
    )
    counters = "[{name: whole, counters: {cells: {value: '4'}}}]"
    apart = lab.slice(devices, slices=2), lab.slice("", slices=2, counters=counters, part="-counters")
    one = lab.slice(devices)
    one["spec"]["sharedCounters"] = flow(counters)
    return Staging(
        key=lab.key,
        absent_in="1.37" if together else "1.34",
        code="DRA205",
        standing="unschedulable",
        documents=(
            lab.node(),
            *((one,) if together else apart),
            lab.device_class(),
            lab.claim(selecting('ATTR.side == "l"'), "had"),
            lab.claim(selecting('ATTR.side == "r"')),
        ),
        holders=(lab.pod("has", claim="had"),),
        pod=lab.pod(),
        remedy="has",
        mend=("delete", "pod", "has", "-n", lab.key),
    )


def shared() -> Staging:
    """Too little of a shared device's capacity is left."""
    lab = Lab("share")
    policy = "requestPolicy: {default: 1Gi, validRange: {min: 1Gi}}"
    devices = f"[{{name: unit-0, allowMultipleAllocations: true, capacity: {{space: {{value: 10Gi, {policy}}}}}}}]"
    return Staging(
        key=lab.key,
        code="DRA206",
        standing="unschedulable",
        documents=(
            *lab.hardware(devices),
            lab.claim(asking("capacity: {requests: {space: 7Gi}}"), "had"),
            lab.claim(asking("capacity: {requests: {space: 5Gi}}")),
        ),
        holders=(lab.pod("has", claim="had"),),
        pod=lab.pod(),
        remedy="3Gi",
        mend=(lab.claim(asking("capacity: {requests: {space: 3Gi}}")), lab.pod()),
    )


def all_of_them() -> Staging:
    """All devices of a node are wanted, and one is held."""
    lab = Lab("every")
    return Staging(
        key=lab.key,
        code="DRA204",
        standing="unschedulable",
        documents=(*lab.hardware(TWO), lab.claim(ONE, "had"), lab.claim(asking("allocationMode: All"))),
        holders=(lab.pod("has", claim="had"),),
        pod=lab.pod(),
        remedy="ExactCount",
        mend=(lab.claim(asking("allocationMode: ExactCount, count: 1")), lab.pod()),
    )


def incomplete() -> Staging:
    """A pool announces two slices and has one."""
    lab = Lab("halfway")
    return Staging(
        key=lab.key,
        code="DRA301",
        fits_in="1.34",
        standing="unschedulable",
        documents=(lab.node(), lab.slice(PLAIN, slices=2), lab.device_class(), lab.claim(ONE)),
        pod=lab.pod(),
        mend=(lab.slice("[{name: unit-1}]", slices=2, part="-late"),),
    )


def doubled() -> Staging:
    """Two slices of a pool have a device of one name."""
    lab = Lab("doubled")
    return Staging(
        key=lab.key,
        code="DRA303",
        aborts_in="1.34",
        standing="unschedulable",
        documents=(lab.node(), lab.slice(PLAIN, slices=2), lab.slice(PLAIN, slices=2, part="-too"), lab.device_class(), lab.claim(ONE)),
        pod=lab.pod(),
        mend=(lab.slice("[{name: unit-1}]", slices=2, part="-too"),),
    )


def pinned() -> Staging:
    """The shared claim is allocated on a node where this pod may not run."""
    lab = Lab("pinned")
    return Staging(
        key=lab.key,
        code="DRA207",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN, 2), lab.claim(ONE)),
        holders=(lab.pod("has", more="{nodeSelector: {lab: pinned, row: '0'}}"),),
        pod=lab.pod(more="{nodeSelector: {lab: pinned, row: '1'}}"),
        remedy="let the pod run on pinned-0",
        mend=(lab.pod(more="{nodeSelector: {lab: pinned, row: '0'}}"),),
    )


def node_taint() -> Staging:
    """The node with the device is tainted."""
    lab = Lab("fenced")
    return Staging(
        key=lab.key,
        code="DRA314",
        standing="unschedulable",
        documents=(
            lab.node(spec="{taints: [{key: lab.test/fence, value: 'yes', effect: NoSchedule}]}"),
            lab.slice(PLAIN),
            lab.device_class(),
            lab.claim(ONE),
        ),
        pod=lab.pod(),
        remedy="spec.tolerations",
        mend=(
            "patch",
            "pod",
            WANT,
            "-n",
            "fenced",
            "--type=json",
            "-p",
            '[{"op":"add","path":"/spec/tolerations/-","value":{"key":"lab.test/fence","operator":"Exists","effect":"NoSchedule"}}]',
        ),
    )


def short() -> Staging:
    """The node with the device has too little CPU."""
    lab = Lab("short")
    return Staging(
        key=lab.key,
        code="DRA315",
        standing="unschedulable",
        documents=(lab.node(cpu="2"), lab.slice(PLAIN), lab.device_class(), lab.claim(ONE)),
        pod=lab.pod(requests="{cpu: '3'}"),
        remedy="cpu",
        mend=(lab.claim(ONE), lab.pod(requests="{cpu: '2'}")),
    )


def cordoned() -> Staging:
    """The node with the device is cordoned."""
    lab = Lab("roped")
    return Staging(
        key=lab.key,
        code="DRA313",
        standing="unschedulable",
        documents=(lab.node(spec="{unschedulable: true}"), lab.slice(PLAIN), lab.device_class(), lab.claim(ONE)),
        pod=lab.pod(),
        remedy="uncordon",
        mend=BY_HAND,
    )


def affinity() -> Staging:
    """The pod's affinity leaves the node with the device out."""
    lab = Lab("drawn")
    term = "{matchExpressions: [{key: row, operator: In, values: ['9']}]}"
    wants = f"{{affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{term}]}}}}}}}}"
    return Staging(
        key=lab.key,
        code="DRA313",
        standing="unschedulable",
        documents=(lab.node("-9"), *lab.hardware(PLAIN), lab.claim(ONE)),
        pod=lab.pod(more=wants),
        mend=(lab.claim(ONE), lab.pod()),
    )


def quota() -> Staging:
    """A quota refuses the claim that the template makes."""
    lab = Lab("meter")
    resource = "meter.deviceclass.resource.k8s.io/devices"
    limit = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": lab.metadata("ration"), "spec": {"hard": {resource: "1"}}}
    limit["status"] = {"hard": {resource: "1"}, "used": {resource: "1"}}
    return Staging(
        key=lab.key,
        code="DRA601",
        standing="held",
        documents=(*lab.hardware(PLAIN), limit, lab.template(ONE, "cast")),
        pod=lab.pod(template="cast"),
        places=False,
    )


def gated() -> Staging:
    """A scheduling gate holds the pod."""
    lab = Lab("gated")
    return Staging(
        key=lab.key,
        code="DRA603",
        standing="gated",
        documents=(*lab.hardware(PLAIN), lab.claim(ONE)),
        pod=lab.pod(more="{schedulingGates: [{name: lab.test/wait}]}"),
        mend=("patch", "pod", WANT, "-n", "gated", "--type=json", "-p", '[{"op":"remove","path":"/spec/schedulingGates"}]'),
    )


def other_scheduler() -> Staging:
    """Another scheduler is to place the pod, and a selector would keep it out of any."""
    lab = Lab("other")
    return Staging(
        key=lab.key,
        code="DRA109",
        standing="held",
        documents=lab.hardware(PLAIN),
        pod=lab.pod(more="{schedulerName: lab-scheduler}"),
        places=False,
        further="DRA605",
    )


def extended() -> Staging:
    """No class maps the extended resource that the pod asks for."""
    lab = Lab("plain")
    return Staging(
        key=lab.key,
        code="DRA115",
        standing="unschedulable",
        documents=lab.hardware(PLAIN),
        pod=lab.pod(claim="", requests="{lab.test/plain: '1'}"),
        mend=(
            "patch",
            "deviceclass",
            "plain",
            "--type=merge",
            "-p",
            '{"spec":{"extendedResourceName":"lab.test/plain"}}',
        ),
    )


def too_many() -> Staging:
    """A claim asks for more than 32 devices."""
    lab = Lab("crowd")
    return Staging(
        key=lab.key,
        code="DRA106",
        standing="aborted",
        documents=(*lab.hardware(PLAIN), lab.claim(asking("count: 40"))),
        pod=lab.pod(),
        mend=(lab.claim(ONE), lab.pod()),
    )


def deleting() -> Staging:
    """The claim is being deleted, and a finalizer keeps it."""
    lab = Lab("parting")
    claim = lab.claim(ONE)
    claim["metadata"]["finalizers"] = ["lab.test/keep"]
    return Staging(
        key=lab.key,
        code="DRA210",
        standing="held",
        documents=(*lab.hardware(PLAIN), claim),
        pod=lab.pod(),
        mend=("patch", "resourceclaim", WANT, "-n", "parting", "--type=merge", "-p", '{"metadata":{"finalizers":null}}'),
        places=False,
    )


def admin() -> Staging:
    """Admin access is asked for where the namespace does not allow it."""
    lab = Lab("watch")
    return Staging(
        key=lab.key,
        code="DRA114",
        standing="held",
        documents=(
            *lab.hardware(PLAIN),
            labelled(lab.key, "true"),
            lab.template(asking("adminAccess: true"), "cast"),
            labelled(lab.key, None),
        ),
        pod=lab.pod(template="cast"),
        places=False,
    )


def labelled(namespace: str, value: str | None) -> Document:
    """The namespace with the label that allows admin access, or without."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": namespace, "labels": {"resource.kubernetes.io/admin-access": value}},
    }


def spread() -> Staging:
    """Three devices of one node are wanted, and each node has two."""
    lab = Lab("spread")
    return Staging(
        key=lab.key,
        code="DRA203",
        standing="unschedulable",
        documents=(*lab.hardware(TWO, 2), lab.claim(asking("count: 3"))),
        pod=lab.pod(),
        remedy="count: 2",
        mend=(lab.claim(asking("count: 2")), lab.pod()),
    )


def alternatives() -> Staging:
    """Neither alternative fits."""
    lab = Lab("either")
    options = (
        "[{name: unit, firstAvailable: [{name: best, deviceClassName: CLASS, selectors: [{cel: {expression: 'ATTR.grade == 1'}}]}, "
        "{name: good, deviceClassName: CLASS, selectors: [{cel: {expression: 'ATTR.grade == 2'}}]}]}]"
    )
    return Staging(
        key=lab.key,
        code="DRA101",
        standing="unschedulable",
        documents=(*lab.hardware("[{name: unit-0, attributes: {grade: {int: 5}}}]"), lab.claim(options)),
        pod=lab.pod(),
        mend=(lab.claim(options.replace("grade == 2", "grade == 5")), lab.pod()),
    )


def preempting() -> Staging:
    """A pod of low priority holds the device, and devices are no reason to preempt it."""
    lab = Lab("rank")
    priority = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "rank-high"}, "value": 900}
    return Staging(
        key=lab.key,
        code="DRA211",
        standing="unschedulable",
        documents=(*lab.hardware(PLAIN), priority, lab.claim(ONE, "had"), lab.claim(ONE)),
        holders=(lab.pod("has", claim="had"),),
        pod=lab.pod(more="{priorityClassName: rank-high}"),
        mend=("delete", "pod", "has", "-n", "rank"),
    )


SCENARIOS: Final = (
    partitions(together=False),
    partitions(together=True),
    *(
        stage()
        for stage in (
            *(colours, failing, claim_missing, template_missing, template_elsewhere, class_missing, busy, idle, driver_taint, ruled),
            *(apart, alike, unnamed, shared, all_of_them, incomplete, doubled, pinned, node_taint, short, cordoned, affinity, quota),
            *(gated, other_scheduler, extended, too_many, deleting, admin, spread, alternatives, preempting),
        )
    ),
)
