"""Manifests → manifests with one to three mistakes in each: ``python -m tests.conformance.record_mutations IN OUT [--count N] [--seed S]``.

The mistakes are those that people and tools make: a field that is missing, misspelt, misplaced, null or of another type, a name with a bad
letter, a list that is too long or says something twice, another API version, an expression with a typo. The same seed makes the same files.
"""

import argparse
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from tests.conformance.record_lint import dra_objects

Document: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[Any, str | int]

WRONG_VALUES: tuple[Any, ...] = (
    *(None, "", "x", "Upper.Case", "under_score", "-dash", "a/b/c", "a/b", "/b", "example.com/", "y" * 40, "z" * 70, "w" * 300),
    *(0, 1, -1, 33, 2**63 - 1, 1.5, True, False, [], {}, ["a", "a"], [{}], {"name": "a"}),
    *("All", "ExactCount", "NoSchedule", "1.2.3", "1.02.3", "40Gi", "4x"),
)
VERSIONS = ("resource.k8s.io/v1", "resource.k8s.io/v1beta2", "resource.k8s.io/v1beta1", "resource.k8s.io/v1alpha3", "resource.k8s.io/v2")
ADDITIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    "exactly": (
        ("tolerations", [{"key": "example.com/broken", "operator": "Exists", "effect": "NoExecute"}]),
        ("tolerations", [{"key": "broken!", "operator": "Equal", "value": "a b"}]),
        ("tolerations", [{"operator": "Exists", "value": "x", "effect": "Never"}]),
        ("tolerations", [{"operator": "In", "tolerationSeconds": 3}]),
        ("tolerations", [{"operator": "Exists"}] * 17),
        ("capacity", {"requests": {"example.com/memory": "4Gi"}}),
        ("capacity", {"requests": {"memory": "much"}}),
        ("adminAccess", True),
        ("allocationMode", "All"),
        ("count", 0),
        ("count", 40),
        ("selectors", [{"cel": {"expression": "device.driver == 'a'"}}] * 33),
        ("selectors", [{}]),
        ("selectors", [{"cel": {}}]),
        ("derivedAttributes", [{"name": "a", "expression": "1"}]),
    ),
    "devices": (
        ("constraints", [{"matchAttribute": "example.com/model"}]),
        ("constraints", [{"matchAttribute": "model", "requests": ["nobody"]}]),
        ("constraints", [{"distinctAttribute": "example.com/index"}]),
        ("constraints", [{"matchAttribute": "example.com/model", "distinctAttribute": "example.com/index"}]),
        ("constraints", [{}]),
        ("constraints", [{"matchAttribute": "example.com/model"}] * 33),
        ("config", [{"opaque": {"driver": "gpu.example.com", "parameters": {"kind": "Config"}}}]),
        ("config", [{"opaque": {"driver": "gpu.example.com", "parameters": "text"}}]),
        ("config", [{"opaque": {"driver": "Gpu.Example.Com", "parameters": None}}]),
        ("config", [{"requests": ["a/b/c"], "opaque": {"driver": "", "parameters": {"a": "b" * 11000}}}]),
        ("config", [{}]),
    ),
    "requests[]": (
        ("firstAvailable", [{"name": "big", "deviceClassName": "a", "count": 2}, {"name": "small", "deviceClassName": "b"}]),
        ("firstAvailable", [{"name": "big"}]),
        ("firstAvailable", [{"name": "same", "deviceClassName": "a"}] * 9),
        ("firstAvailable", [{"name": "same", "deviceClassName": "a"}] * 2),
        ("firstAvailable", [{"name": "a", "deviceClassName": "a", "adminAccess": True}]),
        ("deviceClassName", "gpu.example.com"),
        ("exactly", {"deviceClassName": "gpu.example.com"}),
        ("exactly", {}),
    ),
    "devices[]": (
        ("taints", [{"key": "example.com/broken", "effect": "NoSchedule"}]),
        ("taints", [{"key": "", "effect": "None"}]),
        ("taints", [{"key": "a", "effect": "NoSchedule", "value": "-"}] * 17),
        ("taints", [{"key": "a", "timeAdded": "yesterday", "effect": "NoSchedule"}]),
        ("consumesCounters", [{"counterSet": "set", "counters": {"memory": {"value": "4Gi"}}}]),
        ("consumesCounters", [{"counterSet": "set"}] * 3),
        ("nodeName", "node-a"),
        ("allNodes", False),
        ("allowMultipleAllocations", True),
        ("bindingConditions", ["example.com/attached"]),
        ("bindingConditions", ["a"] * 5),
        ("bindingFailureConditions", ["a", "a"]),
        ("capacity", {"memory": {"value": "8Gi", "requestPolicy": {"default": "1Gi", "validRange": {"min": "1Gi", "step": "1Gi"}}}}),
        ("capacity", {"memory": {"value": "8Gi", "requestPolicy": {"default": "3Gi", "validValues": ["1Gi", "2Gi"]}}}),
        ("capacity", {"a-b": {"value": "8Gi"}, "": {"value": "1"}}),
        ("attributes", {f"a{number}": {"int": number} for number in range(40)}),
        ("attributes", {"a": {"int": 1, "bool": True}, "b": {}}),
        ("attributes", {"v": {"version": "1.2"}, "s": {"string": "s" * 65}}),
        ("attributes", {"l": {"strings": ["a"]}}),
        ("attributes", {"example.com/x/y": {"int": 1}, "x y": {"int": 1}}),
        ("basic", {"attributes": {"a": {"int": 1}}}),
    ),
    "spec": (
        ("nodeSelector", {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]}),
        ("nodeSelector", {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In"}]}, {}]}),
        ("nodeSelector", {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.uid", "operator": "Exists"}]}]}),
        ("allNodes", True),
        ("perDeviceNodeSelection", True),
        ("sharedCounters", [{"name": "set", "counters": {"memory": {"value": "40Gi"}}}]),
        ("sharedCounters", [{"name": "set"}] * 9),
        ("extendedResourceName", "example.com/gpu"),
        ("extendedResourceName", "gpu"),
        ("deviceSelector", {"driver": "a_b", "pool": "a//b", "device": "A"}),
        ("metadata", {"name": "x", "labels": {"a": "b"}}),
    ),
    "metadata": (
        ("labels", {"a b": "c", "d": "e f"}),
        ("annotations", {"A": "b", "/x": "y"}),
        ("finalizers", ["example.com/keep", "keep"]),
        ("ownerReferences", [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "controller": True}] * 2),
        ("ownerReferences", [{"kind": "Pod"}]),
        ("generateName", "Bad-"),
        ("creationTimestamp", "today"),
        ("namespace", "default"),
    ),
}


def main() -> None:
    """Write the mutated manifests that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.record_mutations", description=__doc__)
    parser.add_argument("manifests", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(arguments.seed)
    sources = list(_sources(arguments.manifests))
    for number in range(arguments.count):
        document = mutated(chosen.choice(sources), chosen)
        (arguments.out / f"mutation-{number:04}.yaml").write_text(json.dumps(document, indent=1) + "\n")


def _sources(manifests: Path) -> Iterator[Document]:
    """Objects of a size that leaves room for mistakes in every part, with namespaces that exist anywhere."""
    for path in sorted([*manifests.rglob("*.yaml"), *manifests.rglob("*.yml")]):
        for document in dra_objects(path.read_bytes().decode(errors="replace")):
            if len(json.dumps(document)) < 6000 and isinstance(document.get("metadata"), dict):
                yield {**document, "metadata": {key: value for key, value in document["metadata"].items() if key != "namespace"}}


def mutated(source: Document, chosen: random.Random) -> Document:
    """A copy with mistakes; an object of the wrong kind is none of them."""
    document = copy.deepcopy(source)
    for _ in range(chosen.choice((1, 1, 1, 2, 3))):
        _mutate(document, chosen)
    for field in ("apiVersion", "kind"):
        if not isinstance(document.get(field), str):
            document[field] = source[field]
    return document


def _mutate(document: Document, chosen: random.Random) -> None:
    places = [place for place in _places(document) if place[1] not in {"apiVersion", "kind"}]
    holder, key = chosen.choice(places)
    match chosen.randrange(10):
        case 0:
            del holder[key]
        case 1 | 2:
            holder[key] = copy.deepcopy(chosen.choice(WRONG_VALUES))
        case 3:
            _misspell(holder, key, chosen)
        case 4:
            _misplace(document, holder, key, chosen)
        case 5:
            _repeat(holder, key, chosen)
        case 6:
            document["apiVersion"] = chosen.choice(VERSIONS)
        case 7:
            _mistype(holder, key, chosen)
        case _:
            _add(document, chosen)


def _places(value: Any) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield value, key
            yield from _places(part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield value, number
            yield from _places(part)


def _misspell(holder: Any, key: str | int, chosen: random.Random) -> None:
    if isinstance(holder, dict) and isinstance(key, str) and len(key) > 1:
        at = chosen.randrange(len(key) - 1)
        holder[key[:at] + key[at + 1] + key[at] + key[at + 2 :]] = holder.pop(key)


def _misplace(document: Document, holder: Any, key: str | int, chosen: random.Random) -> None:
    elsewhere = chosen.choice([part for part, _ in _places(document) if isinstance(part, dict)])
    if isinstance(holder, dict) and isinstance(key, str) and elsewhere is not holder:
        elsewhere[key] = copy.deepcopy(holder[key])


def _repeat(holder: Any, key: str | int, chosen: random.Random) -> None:
    if isinstance(holder[key], list) and holder[key]:
        holder[key] = [copy.deepcopy(holder[key][0]) for _ in range(chosen.choice((2, 9, 33, 65, 129)))]


def _mistype(holder: Any, key: str | int, chosen: random.Random) -> None:
    if isinstance(holder[key], str) and holder[key]:
        at = chosen.randrange(len(holder[key]))
        holder[key] = holder[key][:at] + chosen.choice(("", "!", ".", "A", " ", "(", "_", "/")) + holder[key][at + 1 :]


def _add(document: Document, chosen: random.Random) -> None:
    holders = list(_named_holders(document, ""))
    if holders:
        name, holder = chosen.choice(holders)
        field, value = chosen.choice(ADDITIONS[name])
        holder[field] = copy.deepcopy(value)


def _named_holders(value: Any, name: str) -> Iterator[tuple[str, Document]]:
    if isinstance(value, dict):
        if name in ADDITIONS:
            yield name, value
        for key, part in value.items():
            yield from _named_holders(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _named_holders(part, f"{name}[]")


if __name__ == "__main__":
    main()
