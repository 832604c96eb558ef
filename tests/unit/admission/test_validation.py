"""What the API server says to an object; every expectation was read off kube-apiserver 1.37.2 and 1.34.4."""

from __future__ import annotations

import pytest

from kubectl_dra.admission.validation import Answer, ApiServer
from kubectl_dra.apimachinery.yaml_values import load_yaml
from kubectl_dra.releases.release import Release

OLDEST, NEWEST = Release(1, 34), Release(1, 37)


def answer(text: str, release: Release = NEWEST, labels: dict[str, str] | None = None) -> Answer:
    """What a server says to the only object of a YAML text, in a namespace with these labels (None: not known)."""
    (document,) = load_yaml(text)
    value = document.value
    assert isinstance(value, dict)
    server = ApiServer(release=release, namespace_labels=lambda _: labels)
    return server.answer(value, str(value["kind"]), str(value["apiVersion"]))


def paths(text: str, release: Release = NEWEST) -> list[str]:
    """The fields that are complained about."""
    found = answer(text, release, {})
    return sorted({error.path for error in found.errors} | {field.path for field in found.unknown})


def claim(devices: str, version: str = "v1") -> str:
    """A claim with this under ``spec.devices``, in flow style."""
    return f"apiVersion: resource.k8s.io/{version}\nkind: ResourceClaim\nmetadata: {{name: c}}\nspec: {{devices: {devices}}}\n"


def one(request: str, version: str = "v1") -> str:
    """A claim with one request."""
    return claim(f"{{requests: [{request}]}}", version)


def slice_(spec: str, version: str = "v1") -> str:
    """A slice of one node with one generation of one slice, and this besides."""
    pool = "driver: gpu.example.com, pool: {name: a, resourceSliceCount: 1}"
    return f"apiVersion: resource.k8s.io/{version}\nkind: ResourceSlice\nmetadata: {{name: s}}\nspec: {{{pool}, {spec}}}\n"


def device(fields: str) -> str:
    """A slice with one device."""
    return slice_(f"nodeName: a, devices: [{{name: d, {fields}}}]")


GOOD = (
    one("{name: r, exactly: {deviceClassName: gpu}}"),
    one("{name: r, deviceClassName: gpu, count: 2}", "v1beta1"),
    one("{name: r, firstAvailable: [{name: a, deviceClassName: p}, {name: b, deviceClassName: q}]}", "v1beta1"),
    one("{name: r, exactly: {deviceClassName: gpu, allocationMode: All, tolerations: [{operator: Exists}]}}"),
    claim("{requests: [{name: r, exactly: {deviceClassName: gpu}}], constraints: [{requests: [r], matchAttribute: example.com/a}]}"),
    "apiVersion: resource.k8s.io/v1\nkind: ResourceClaim\nmetadata: {generateName: c-}\nspec: null\n",
    device("attributes: {model: {string: A100}, example.com/version: {version: 1.2.3-rc.1}}, capacity: {memory: {value: 80Gi}}"),
    slice_("nodeName: a, devices: [{name: d, basic: {attributes: {a: {int: 1}}}}]", "v1beta1"),
    "apiVersion: resource.k8s.io/v1beta1\nkind: DeviceClass\nmetadata: {name: gpu}\nspec: {}\n",
)


@pytest.mark.parametrize("release", [OLDEST, NEWEST])
@pytest.mark.parametrize("text", GOOD)
def test_accepted(text: str, release: Release) -> None:
    """Objects that the server creates are accepted."""
    found = answer(text, release)
    assert found.message == ""
    assert found.is_accepted


REQUEST = "spec.devices.requests[0]"
SAME_IN_ALL = (
    (one("{name: r, deviceClassName: gpu}"), [f"{REQUEST}.deviceClassName"]),
    (one("{name: r, exactly: {deviceClassName: gpu}}", "v1beta1"), [f"{REQUEST}.exactly"]),
    (one("{name: r}"), [REQUEST]),
    (one("{name: R, exactly: {}}"), [f"{REQUEST}.exactly.deviceClassName", f"{REQUEST}.name"]),
    (one("{name: r, exactly: {deviceClassName: gpu, allocationMode: All, count: 1}}"), [f"{REQUEST}.exactly.count"]),
    (one("{name: r, exactly: {deviceClassName: gpu, count: -1}}"), [f"{REQUEST}.exactly.count"]),
    (one("{name: r, exactly: {deviceClassName: gpu, allocationMode: Some}}"), [f"{REQUEST}.exactly.allocationMode"]),
    (one("{name: r, exactly: {deviceClassName: gpu, selectors: [{}]}}"), [f"{REQUEST}.exactly.selectors[0].cel"]),
    (
        one("{name: r, exactly: {deviceClassName: gpu, tolerations: [{operator: Exists, value: x}]}}"),
        [f"{REQUEST}.exactly.tolerations[0].value"],
    ),
    (one("{name: r, exactly: {deviceClassName: gpu, adminAccess: true}}"), [f"{REQUEST}.adminAccess"]),
    (
        claim("{requests: [{name: r, exactly: {deviceClassName: gpu}}], constraints: [{matchAttribute: a}]}"),
        ["spec.devices.constraints[0].matchAttribute"],
    ),
    (claim("{config: [{opaque: {driver: d, parameters: text}}]}"), ["spec.devices.config[0].opaque.parameters"]),
    (claim("{config: [{requests: [x], opaque: {driver: d, parameters: {}}}]}"), ["spec.devices.config[0].requests[0]"]),
    (slice_("allNodes: false"), ["spec", "spec.allNodes"]),
    (slice_("allNodes: true, nodeName: a"), ["spec"]),
    (slice_("nodeSelector: {nodeSelectorTerms: []}"), ["spec.nodeSelector.nodeSelectorTerms"]),
    (device("attributes: {v: {version: '1.2'}}"), ["spec.devices[0].attributes[v].version"]),
    (device("attributes: {a: {int: 1, bool: true}}"), ["spec.devices[0].attributes[a]"]),
)


@pytest.mark.parametrize("release", [OLDEST, NEWEST])
@pytest.mark.parametrize(("text", "expected"), SAME_IN_ALL)
def test_refused_alike(text: str, expected: list[str], release: Release) -> None:
    """What both releases refuse is refused at the same fields."""
    assert paths(text, release) == expected


BOTH = one("{name: r, exactly: {}, firstAvailable: [{name: a}]}")
TWICE = one("{name: r, firstAvailable: [{name: a, deviceClassName: p}, {name: a, deviceClassName: q}]}")
DIFFERENT: tuple[tuple[str, list[str], list[str]], ...] = (
    (
        BOTH,
        [REQUEST, f"{REQUEST}.exactly.deviceClassName", f"{REQUEST}.firstAvailable[0].deviceClassName"],
        [REQUEST, f"{REQUEST}.firstAvailable[0].deviceClassName"],
    ),
    (TWICE, [f"{REQUEST}.firstAvailable[1].name"], [f"{REQUEST}.firstAvailable[1]"]),
    (device("attributes: {a-b: {int: 1}}"), ["spec.devices[0].attributes[a-b]"], ["spec.devices[0].attributes"]),
    (device("taints: [{key: a, effect: Never}]"), [], ["spec.devices[0].taints[0].effect"]),
    (slice_("nodeName: a, sharedCounters: [], devices: []"), [], ["spec"]),
    (device("attributes: {l: {strings: [a]}}"), ["spec.devices[0].attributes.l.strings"], ["spec.devices[0].attributes[l]"]),
    (
        one("{name: r, deviceClassName: gpu, tolerations: [{operator: In}]}", "v1beta1"),
        [f"{REQUEST}.exactly.tolerations[0].operator"],
        [f"{REQUEST}.tolerations[0].operator"],
    ),
    (
        "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: a}\nspec: {extendedResourceName: gpu}\n",
        [],
        ["spec.extendedResourceName"],
    ),
)


@pytest.mark.parametrize(("text", "oldest", "newest"), DIFFERENT)
def test_refused_differently(text: str, oldest: list[str], newest: list[str]) -> None:
    """Where 1.34 and 1.37 differ, each is followed."""
    assert (paths(text, OLDEST), paths(text, NEWEST)) == (oldest, newest)


def created_at(time: str, kind: str = "ResourceClaim") -> str:
    """An object that says when it was created."""
    return f"apiVersion: resource.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a, creationTimestamp: {time!r}}}\nspec: {{}}\n"


@pytest.mark.parametrize("time", ["2024-02-29T00:00:00Z", "2026-01-01T7:00:00Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:60"])
def test_times_that_go_reads(time: str) -> None:
    """An hour of one digit, a comma for the point and an offset of a whole day are read."""
    assert answer(created_at(time)).wrong == ()


@pytest.mark.parametrize(
    "time", ["2023-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T24:00:00Z", "2026-01-01t00:00:00z"]
)
def test_times_that_go_does_not_read(time: str) -> None:
    """A day that does not exist and a second too many end decoding."""
    assert [found.path for found in answer(created_at(time)).wrong] == ["metadata.creationTimestamp"]


def test_a_generation_is_looked_at_where_the_server_does_not_set_it() -> None:
    """Classes, slices and rules get theirs before anybody looks."""
    claims, classes = (
        f"apiVersion: resource.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a, generation: -1}}\nspec: {{}}\n"
        for kind in ("ResourceClaim", "DeviceClass")
    )
    assert (paths(claims), paths(classes)) == (["metadata.generation"], [])


def test_1_35_tells_a_bad_key_at_the_key() -> None:
    """Only from 1.36 on it is told at the map."""
    text = device("attributes: {a-b: {int: 1}}")
    assert [paths(text, Release(1, minor)) for minor in (35, 36)] == [
        ["spec.devices[0].attributes[a-b]"],
        ["spec.devices[0].attributes"],
    ]


def test_too_many_counters_and_a_bad_one_have_different_paths_in_v1beta1() -> None:
    """The size is a rule for v1, the names are declared for what was written."""
    counters = ", ".join(f"c{number}: {{value: 1}}" for number in range(32))
    entry = f"{{counterSet: s, counters: {{Bad: {{value: 1}}, {counters}}}}}"
    text = slice_(f"nodeName: a, devices: [{{name: d, basic: {{consumesCounters: [{entry}]}}}}]", "v1beta1")
    holder = "consumesCounters[0].counters"
    assert paths(text) == [f"spec.devices[0].basic.{holder}", f"spec.devices[0].{holder}"]


def derived(expression: str, constrained: str = "example.com/kind", version: str = "v1") -> list[str]:
    """The fields that 1.37 complains about where a request derives ``example.com/kind``."""
    fields = f"deviceClassName: gpu, derivedAttributes: [{{name: example.com/kind, expression: '{expression}'}}]"
    request = f"{{name: r, exactly: {{{fields}}}}}" if version == "v1" else f"{{name: r, {fields}}}"
    (document,) = load_yaml(claim(f"{{requests: [{request}], constraints: [{{matchAttribute: {constrained}}}]}}", version))
    value = document.value
    assert isinstance(value, dict)
    server = ApiServer(release=NEWEST, gates={"DRADerivedAttributes": True})
    return sorted(error.path for error in server.answer(value, "ResourceClaim", str(value["apiVersion"])).errors)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_derived_attributes_are_compiled(version: str) -> None:
    """Their expressions are looked at as selectors are, and a constraint has to use them; told at the place in v1."""
    place = "spec.devices.requests[0].exactly.derivedAttributes[0]"
    assert derived("device.driver", version=version) == []
    assert derived("device.nope", version=version) == [f"{place}.expression"]
    assert derived("device.driver", "example.com/other", version=version) == [f"{place}.name"]


def test_the_costs_of_derived_attributes_are_added_up() -> None:
    """One that is too costly by itself is too costly for the claim, too."""
    costly = "lists.range(400000).all(x, x >= 0)"
    assert derived(costly) == ["spec.devices", "spec.devices.requests[0].exactly.derivedAttributes[0].expression"]


def test_steps_are_whole_numbers_unless_the_gate_is_on() -> None:
    """1.37 counts in thousandths only where it is told that no component is older."""
    policy = "{default: 500m, validRange: {min: 500m, step: 250m}}"
    text = device(f"allowMultipleAllocations: true, capacity: {{m: {{value: 8, requestPolicy: {policy}}}}}")
    (document,) = load_yaml(text.replace("500m, step: 250m", "500m, max: 600m, step: 250m"))
    value = document.value
    assert isinstance(value, dict)
    answers = [
        ApiServer(release=NEWEST, gates={"DRAFractionalCapacityRange": on}).answer(value, "ResourceSlice", "resource.k8s.io/v1")
        for on in (False, True)
    ]
    assert [found.is_accepted for found in answers] == [True, False]


def test_wrong_type_is_told_with_its_place() -> None:
    """A value that cannot be decoded is told in words."""
    found = answer(one("{name: r, exactly: {deviceClassName: gpu, count: two}}"))
    assert found.message == f'{REQUEST}.exactly.count holds a whole number, and here stands "two"'


def test_message_of_the_server() -> None:
    """A complaint reads as the server prints it."""
    found = answer(one("{name: r, exactly: {deviceClassName: gpu, allocationMode: All, count: 2}}"))
    assert found.message == f"{REQUEST}.exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"


def test_version_that_is_not_served() -> None:
    """v1beta1 goes away in 1.38, v1alpha3 claims are gone in 1.34."""
    text = one("{name: r, deviceClassName: gpu}", "v1beta1")
    assert (answer(text).is_served, answer(text, Release(1, 38)).is_served) == (True, False)
    assert not answer(text.replace("v1beta1", "v1alpha3"), OLDEST).is_served


def test_admin_access_with_the_label() -> None:
    """Admin access is accepted where the namespace has the label, and left open where its labels are not known."""
    text = one("{name: r, exactly: {deviceClassName: gpu, adminAccess: true}}")
    label = {"resource.kubernetes.io/admin-access": "true"}
    assert answer(text, labels=label).is_accepted
    assert answer(text, labels=None).needs_label


def test_fields_of_features_that_are_off_are_dropped() -> None:
    """1.34 drops what its default gates do not have on, and says nothing."""
    found = answer(device("taints: [{key: a, effect: NoSchedule}]"), OLDEST)
    assert [(dropped.path, dropped.gate) for dropped in found.dropped] == [("spec.devices[0].taints", "DRADeviceTaints")]
    assert found.is_accepted


def test_stored_object_has_defaults_in_v1_shape() -> None:
    """What is stored is in v1 shape, with defaults."""
    found = answer(one("{name: r, deviceClassName: gpu}", "v1beta1"))
    assert found.stored is not None
    (request,) = found.stored["spec"]["devices"]["requests"]
    assert request == {"name": "r", "exactly": {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": 1}}
