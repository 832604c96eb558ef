"""`python -m tests.demo.record`: the manifests beside this file, applied to a real control plane, and what became of them.

The scheduler and the controllers decide; this script writes only what a kubelet, a driver or a crashed scheduler would (phases, device
status, one claim that nobody uses). Afterwards times are moved back by the table below, so that ages differ from one another as they do in
a cluster that has lived for a while: the order of events inside one object stays as it was.
"""

import datetime
import json
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from kubectl_dra.api.kinds import KINDS, RESOURCE_GROUP, Kind
from tests.controlplane.client import MERGE_PATCH, ApiClient, Document, Refused, api_root
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings

MANIFESTS: Final = Path(__file__).parent / "manifests"
RECORDED: Final = Path(__file__).parents[2] / "kubectl_dra" / "data" / "demo"
RELEASE: Final = "1.37"
SETTLING_SECONDS: Final = 12

AGES: Final = (
    (r"^(Node|Namespace|DeviceClass|DaemonSet|PriorityClass)/", "90d"),
    (r"^ResourceSlice/gpu-a2-gpu$", "4m"),
    (r"^ResourceSlice/gpu-c1-", "9m"),
    (r"^ResourceSlice/", "21d"),
    (r"^DeviceTaintRule/", "5h"),
    (r"/(gpu|nic|tpu)-driver", "21d"),
    (r"/(train-|shared|infer-)", "3h"),
    (r"/(legacy-0|notebook-0)", "26h"),
    (r"/(ingress-|mirror-|exporter-)", "6d"),
    (r"/forgotten", "9d"),
    (r"/(ring-0|ring-1|solve-)", "47m"),
    (r"^ResourceClaimTemplate/", "6d"),
    (r"/(gated-0|going|restore-0)", "15m"),
    (r"^(Pod|ResourceClaim|Event)/", "5m"),
)
"""How long ago an object was made, by kind and name; an object that is made for a pod goes with it."""


def main() -> None:
    """Start, apply, wait, record, stop."""
    with tempfile.TemporaryDirectory() as folder, ControlPlane(Settings(release=RELEASE), Path(folder) / "plane") as plane:
        client = plane.client()
        stage(client)
        RECORDED.mkdir(parents=True, exist_ok=True)
        write_cluster(list(recorded(client)))
        (RECORDED / "version.json").write_text(json.dumps(version(client), indent=1) + "\n")


def stage(client: ApiClient) -> None:
    """Everything in the order in which it would have come about."""
    for name in ("00-nodes", "10-drivers", "20-gpus", "21-nics", "22-fabric"):
        client.apply(documents(name))
    for pod in wait_for_drivers(client):
        run_pod(client, pod)
    for document in documents("30-running"):
        client.apply([document])
        if document["kind"] == "Pod":
            path = client.path_of(document)
            run_pod(client, client.wait(path, lambda pod: pod["spec"].get("nodeName")))
    forget_claim(client)
    report_devices(client)
    for document in documents("40-pending"):
        client.apply([document])
        if document["kind"] == "ResourceClaim":
            delete_claim(client, client.path_of(document))
    client.wait("/api/v1/namespaces/ml/pods/big-0", is_refused)
    time.sleep(SETTLING_SECONDS)  # the rest is refused at its own pace, and some pods never hear anything
    for node in client.items("/api/v1/nodes"):
        beat(client, node)


def delete_claim(client: ApiClient, path: str) -> None:
    """Begin to delete a claim that a finalizer keeps."""
    client.call("DELETE", path)
    client.wait(path, lambda claim: claim["metadata"].get("deletionTimestamp"))


def beat(client: ApiClient, node: Document) -> None:
    """The heartbeat of a kubelet, which is also the moment at which the dump is taken."""
    now = stamp(datetime.datetime.now(datetime.UTC))
    conditions = [condition | {"lastHeartbeatTime": now} for condition in node["status"]["conditions"]]
    client.call(
        "PATCH", f"/api/v1/nodes/{node['metadata']['name']}/status", {"status": {"conditions": conditions}}, "application/merge-patch+json"
    )


def documents(name: str) -> Iterator[Document]:
    """The documents of a manifest."""
    yield from (document for document in yaml.safe_load_all((MANIFESTS / f"{name}.yaml").read_text()) if document)


def wait_for_drivers(client: ApiClient) -> list[Document]:
    """The drivers' pods, all on their nodes."""
    path = "/api/v1/namespaces/drivers/pods"
    found = client.wait(path, lambda pods: len(pods["items"]) == 8 and all(pod["spec"].get("nodeName") for pod in pods["items"]))
    items: list[Document] = found["items"]
    return items


def is_refused(pod: Document) -> bool:
    """Whether the scheduler has said no."""
    return any(
        condition["type"] == "PodScheduled" and condition["status"] == "False" for condition in pod.get("status", {}).get("conditions", ())
    )


def run_pod(client: ApiClient, pod: Document) -> None:
    """What the kubelet writes when a pod runs."""
    now = stamp(datetime.datetime.now(datetime.UTC))
    status = {
        "phase": "Running",
        "startTime": now,
        "conditions": [
            *(condition for condition in pod["status"].get("conditions", ()) if condition["type"] == "PodScheduled"),
            {"type": "Ready", "status": "True", "lastTransitionTime": now},
        ],
        "containerStatuses": [
            {
                "name": one["name"],
                "image": one["image"],
                "imageID": "",
                "ready": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": now}},
            }
            for one in pod["spec"]["containers"]
        ],
    }
    patch_status(client, f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}", status)


def forget_claim(client: ApiClient) -> None:
    """An allocation that was written and never reserved."""
    result = {"request": "gpu", "driver": "gpu.example.com", "pool": "gpu-a2", "device": "gpu-2"}
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gpu-a2"]}]}
    now = stamp(datetime.datetime.now(datetime.UTC))
    allocation = {"devices": {"results": [result]}, "nodeSelector": {"nodeSelectorTerms": [term]}, "allocationTimestamp": now}
    patch_status(client, "/apis/resource.k8s.io/v1/namespaces/web/resourceclaims/forgotten", {"allocation": allocation})


def report_devices(client: ApiClient) -> None:
    """What drivers report of the devices that they have prepared."""
    for claim in client.items("/apis/resource.k8s.io/v1/resourceclaims"):
        name = claim["metadata"]["name"]
        results = claim.get("status", {}).get("allocation", {}).get("devices", {}).get("results", ())
        if not name.startswith(("train-", "ingress-0-")) or not results:
            continue
        ready = {
            "type": "Ready",
            "status": "True",
            "reason": "Prepared",
            "message": "",
            "lastTransitionTime": claim["metadata"]["creationTimestamp"],
        }
        devices = [
            {key: result[key] for key in ("driver", "pool", "device", "shareID") if key in result} | {"conditions": [ready]}
            for result in results
        ]
        if name.startswith("ingress"):
            devices[0]["networkData"] = {"interfaceName": "net1", "ips": ["192.0.2.17/24"], "hardwareAddress": "02:00:00:a1:00:00"}
        namespace = claim["metadata"]["namespace"]
        patch_status(client, f"/apis/resource.k8s.io/v1/namespaces/{namespace}/resourceclaims/{name}", {"devices": devices})


def recorded(client: ApiClient) -> Iterator[Document]:
    """Every object of the kinds that this program reads, as a dump has it."""
    for kind in KINDS:
        listed = read_list(client, kind)
        for item in (listed or {}).get("items", ()):
            if "kubernetes.io/bootstrapping" in item["metadata"].get("labels", {}):
                continue  # the API server's own roles
            item["metadata"].pop("managedFields", None)
            yield {"apiVersion": (listed or {})["apiVersion"], "kind": kind.name, **item}


def read_list(client: ApiClient, kind: Kind) -> Document | None:
    """The list of a kind in the best version that is served; None for a kind that this server does not know."""
    for api_version in kind.api_versions():
        try:
            return client.read(f"{api_root(api_version)}/{kind.plural}")
        except Refused:
            continue
    return None


def version(client: ApiClient) -> Document:
    """What the server says of itself, in the form that stands beside dumps."""
    group = client.read(f"/apis/{RESOURCE_GROUP}")
    versions = [entry["version"] for entry in group["versions"]]
    resources = {
        name: [one["name"] for one in client.read(f"/apis/{RESOURCE_GROUP}/{name}")["resources"] if "/" not in one["name"]]
        for name in versions
    }
    return {"server": client.read("/version"), RESOURCE_GROUP: {"versions": versions, "resources": resources}}


def plurals(client: ApiClient, path: str) -> list[str]:
    """The kinds of a group version, without their subresources."""
    return [one["name"] for one in client.read(path)["resources"] if "/" not in one["name"]]


def patch_status(client: ApiClient, path: str, status: Document) -> None:
    """Write an object's status."""
    client.call("PATCH", f"{path}/status", {"status": status}, MERGE_PATCH)


def write_cluster(items: list[Document]) -> None:
    """One object a line, so that a change of one is a change of one line."""
    owners = {item["metadata"]["uid"]: item for item in items}
    moved = [shifted(item, age_of(item, owners)) for item in items]
    lines = ",\n".join(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in moved)
    (RECORDED / "cluster.json").write_text(f'{{"apiVersion":"v1","kind":"List","items":[\n{lines}\n]}}\n')


def age_of(item: Document, owners: dict[str, Document]) -> datetime.timedelta:
    """How far an object's times are moved back: as its pod's, else by the table."""
    concerned = item
    if item["kind"] == "Event":
        concerned = owners.get(item["involvedObject"].get("uid", ""), item)
    elif item["kind"] == "ResourceClaim" and item["metadata"].get("ownerReferences"):
        concerned = owners.get(item["metadata"]["ownerReferences"][0]["uid"], item)
    name = f"{concerned['kind']}/{concerned['metadata']['name']}"
    text = next((age for pattern, age in AGES if re.search(pattern, name)), "5m")
    return datetime.timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[text[-1]]: int(text[:-1])})


_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def shifted(value: object, by: datetime.timedelta) -> object:
    """``value`` with every time in it moved back."""
    if isinstance(value, dict):
        return {key: field if key == "lastHeartbeatTime" else shifted(field, by) for key, field in value.items()}
    if isinstance(value, list):
        return [shifted(item, by) for item in value]
    if isinstance(value, str) and _TIME.fullmatch(value):
        return stamp(datetime.datetime.fromisoformat(value) - by, micro="." in value)
    return value


def stamp(time: datetime.datetime, *, micro: bool = False) -> str:
    """A time as the API writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micro else "%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()
