from __future__ import annotations

import pytest

from tests.unit.linting.linted import repaired, told

HEAD = "kind: ResourceClaim\nmetadata: {name: c}   # kept\nspec:\n  devices:\n    requests:\n"
FLAT = """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: c}   # kept
spec:
  devices:
    requests:
    # the first
    - deviceClassName: gpu   # a GPU
      name: r

      # two of them
      count: 2
    - name: s
      firstAvailable: []
"""
NESTED = """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: c}   # kept
spec:
  devices:
    requests:
    # the first
    - name: r

      # two of them
      exactly:
        deviceClassName: gpu   # a GPU
        count: 2
    - name: s
      firstAvailable: []
"""


def test_fields_go_under_exactly() -> None:
    """Fields that v1 wants under ``exactly`` are put there, with their comments, and nothing else changes."""
    assert repaired(FLAT) == NESTED


def test_flow_style_stays() -> None:
    """What is written in braces stays in braces."""
    text = f"apiVersion: resource.k8s.io/v1\n{HEAD}    - {{name: r, deviceClassName: gpu, count: 2}} # x\n"
    assert repaired(text) == text.replace("deviceClassName: gpu, count: 2", "exactly: {deviceClassName: gpu, count: 2}")


def test_older_versions_become_v1() -> None:
    """A v1beta1 claim becomes a v1 claim, a v1beta1 slice loses ``basic``."""
    claim = f"apiVersion: resource.k8s.io/v1beta1\n{HEAD}    - name: r\n      deviceClassName: gpu\n"
    assert repaired(claim) == f"apiVersion: resource.k8s.io/v1\n{HEAD}    - name: r\n      exactly:\n        deviceClassName: gpu\n"
    slice_ = """\
apiVersion: resource.k8s.io/v1beta1
kind: ResourceSlice
metadata: {name: s}
spec:
  driver: d.example.com
  pool: {name: p, resourceSliceCount: 1}
  nodeName: node-a
  devices:
  - name: a
    basic:
      attributes:
        model: {string: A100}
"""
    lifted = slice_.replace("v1beta1", "v1").replace("    basic:\n      attributes:\n        model", "    attributes:\n      model")
    assert repaired(slice_) == lifted


def test_exactly_in_v1beta1_means_v1() -> None:
    """A v1beta1 manifest that is written as v1 is one."""
    text = f"apiVersion: resource.k8s.io/v1beta1\n{HEAD}    - name: r\n      exactly:\n        deviceClassName: gpu\n"
    assert repaired(text) == text.replace("v1beta1", "v1")


def test_text_that_yaml_takes_for_something_else_is_quoted() -> None:
    """``on`` as a name gets its quotes."""
    text = f"apiVersion: resource.k8s.io/v1\n{HEAD}    - name: on # why\n      exactly: {{deviceClassName: gpu}}\n"
    assert repaired(text) == text.replace("name: on #", 'name: "on" #')


EXPRESSION = 'device.capacity["gpu.example.com"].memory >= quantity("40Gi")'
MENDED = 'device.capacity["gpu.example.com"].memory.compareTo(quantity("40Gi")) >= 0'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EXPRESSION, MENDED),
        (f"'{EXPRESSION}'", f"'{MENDED}'"),
        (f">-\n              {EXPRESSION}", f">-\n              {MENDED}"),
    ],
)
def test_quantities_are_compared_by_a_call(before: str, after: str) -> None:
    """A comparison that CEL has no operator for becomes a call, in the style in which it was written."""
    template = f"apiVersion: resource.k8s.io/v1\n{HEAD}    - name: r\n      exactly:\n        deviceClassName: gpu\n        selectors:\n"
    text = f"{template}        - cel:\n            expression: {{}}\n"
    assert repaired(text.replace("{}\n", f"{before}\n")) == text.replace("{}\n", f"{after}\n")


@pytest.mark.parametrize("resources", ["", "    resources:\n      limits: {cpu: 1}\n"])
def test_the_only_container_gets_the_claim(resources: str) -> None:
    """A claim that no container lists is listed by the only one there is."""
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  resourceClaims: [{{name: g, resourceClaimName: c}}]\n  containers:\n  - name: main\n    image: i\n{resources}"  # noqa: E501
    assert "DRA117" in " ".join(told(text))
    mended = repaired(text)
    assert mended.startswith(text.rstrip("\n"))
    assert "DRA117" not in " ".join(told(mended))


def test_what_is_not_certain_is_left() -> None:
    """A request with both shapes, a misspelt name, an impossible value: nobody knows what was meant."""
    text = (
        f"apiVersion: resource.k8s.io/v1\n{HEAD}    - name: r\n      deviceClassName: a\n      exactly: {{deviceClassName: b, cuont: -1}}\n"
    )
    assert repaired(text) == text
