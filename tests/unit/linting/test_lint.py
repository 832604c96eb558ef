from __future__ import annotations

import pytest

from kubectl_dra.releases.release import Release
from tests.unit.linting.linted import flaws_of, told

CLAIM = """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata:
  name: c
spec:
  devices:
    requests:
    - name: r
      exactly:
        deviceClassName: gpu.example.com
"""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: main
    image: i
    resources:
      claims:
      - name: gpu
  resourceClaims:
  - name: gpu
    resourceClaimName: c
"""
ROLLOUT = POD.replace("kind: Pod", "kind: Rollout").replace("v1", "example.com/v1").replace("- name: gpu\n    res", "- name: nic\n    res")


def selector(expression: str) -> str:
    """A claim with this selector, whose expression stands in line 13."""
    return f"{CLAIM}        selectors:\n        - cel:\n            expression: {expression}\n"


def test_what_is_right_is_silent() -> None:
    """A claim and a pod that uses it have no flaw."""
    assert told(f"{CLAIM}---\n{POD}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLAIM.replace("      exactly:\n  ", "").replace("      deviceClass", "    deviceClass"), "9:5 DRA904"),
        (CLAIM.replace("deviceClassName:", "deviceClasName:"), "10:9 DRA904"),
        (CLAIM.replace("gpu.example.com", "yes"), "10:26 DRA905"),
        (CLAIM.replace("name: c", "name: C"), "4:9 DRA906"),
        (CLAIM.replace("resource.k8s.io/v1", "resource.k8s.io/v1beta2"), "1:13 DRA907"),
        (CLAIM.replace("resource.k8s.io/v1", "resource.k8s.io/v1alpha3"), "1:13 DRA903"),
        (f"{CLAIM}        count: 33\n", "8:7 DRA106"),
        (selector("device.driver ="), "13:39 DRA901"),
        (selector("'device.driver == x'"), "13:43 DRA901"),
        (selector('|-\n              device.driver == "a" &&\n              device.name == "b"'), "15:21 DRA901"),
        (selector('type(device.driver) == string && ["a"].indexOf(device.driver) == 0'), "13:25 DRA902"),
        (selector('device.attributes["type"].string == "gpu"'), "13:43 DRA910"),
        (selector('device.attributes["a.b"].v.isGreaterThan(semver("1.02.0"))'), "13:74 DRA911"),
        ("a: [1\n", "1:1 DRA912"),
    ],
)  # fmt: skip
def test_claims(text: str, expected: str) -> None:
    """Each mistake has its code, and the place where it is made."""
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (POD.replace("      - name: gpu\n", "      - name: gpus\n"), ["11:9 DRA913", "13:5 DRA117"]),
        (POD.replace("      claims:\n      - name: gpu\n", "      limits: {}\n"), ["12:5 DRA117"]),
        (POD.replace("    resourceClaimName: c\n", ""), ["13:5 DRA906"]),
        (f"{POD}    resourceClaimTemplateName: c\n", ["13:5 DRA906", "15:32 DRA908"]),
        (POD.replace("resourceClaimName: c", "resourceClaimName: d"), ["14:24 DRA908"]),
        (ROLLOUT, ["11:9 DRA913", "13:5 DRA117"]),
    ],
)  # fmt: skip
def test_pods(text: str, expected: list[str]) -> None:
    """Claims of pods that name nothing, or that no container uses, are found, in kinds that nobody knows as well."""
    assert told(f"{text}---\n{CLAIM}") == expected


def test_alternatives_that_are_never_reached() -> None:
    """An alternative behind one that asks for less of the same is found."""
    alternatives = "[{name: any, deviceClassName: a}, {name: two, deviceClassName: a, count: 2}, {name: other, deviceClassName: b}]"
    text = CLAIM.replace("      exactly:\n        deviceClassName: gpu.example.com\n", f"      firstAvailable: {alternatives}\n")
    (flaw,) = flaws_of(text)
    assert flaw.finding.message == "alternative two of request r is never reached: any before it asks for no more than it does"


def test_several_releases_are_told_once() -> None:
    """What several releases refuse is told once, with their names."""
    text = CLAIM.replace("resource.k8s.io/v1", "resource.k8s.io/v1beta1").replace("      exactly:\n  ", "").replace("      dev", "    dev")
    first, second = flaws_of(text.replace("  - name: r\n  ", "  - name: r\n    "), Release(1, 37), Release(1, 38))
    assert first.finding.message == "Kubernetes 1.38 has no ResourceClaim in resource.k8s.io/v1beta1; 1.37 is the last that has it"
    assert second.finding.code == "DRA907"


@pytest.mark.parametrize("comment", ["# DRA907: an old server", "# kubectl dra: ignore DRA907"])
def test_comments_leave_findings_out(comment: str) -> None:
    """A comment that names the code leaves the finding out: on its line, above it, or above the object."""
    old = CLAIM.replace("resource.k8s.io/v1", "resource.k8s.io/v1beta2")
    assert told(f"{comment}\n{old}") == []
    assert told(old.replace("v1beta2\n", f"v1beta2   {comment}\n")) == []
    assert told(f"# why\n\n{old}") != []


def test_admin_access_needs_the_label() -> None:
    """Admin access in a namespace of the files without the label is found; where nothing is known of the namespace, nothing is said."""
    text = f"{CLAIM}        adminAccess: true\n".replace("name: c", "name: c\n  namespace: ml")
    assert told(text) == []
    assert told(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: ml}}\n---\n{text}") == ["16:22 DRA114"]


def test_items_of_a_list_have_their_places() -> None:
    """An object in a List is judged at its own place."""
    item = CLAIM.replace("gpu.example.com", "Gpu").replace("\n", "\n  ")
    assert told(f"apiVersion: v1\nkind: List\nitems:\n- {item}") == ["13:28 DRA906"]
