from __future__ import annotations

import pytest

from kubectl_dra.apimachinery.yaml_values import load_yaml
from kubectl_dra.scaffolding.offers import class_offers, device_offers, name_offers, value_offers
from kubectl_dra.scaffolding.wanted import Unwritable
from tests.unit.linting.linted import told
from tests.unit.scaffolding.scaffolded import expressions, planned, supply, text_of

GPU = 'device.attributes["gpu.example.com"]'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--class gpu.example.com", []),
        ("--class gpu.example.com --with model=big", [f'{GPU}.model == "Big"']),
        ("--class gpu.example.com --with driverVersion=580.95.05", [f'{GPU}.driverVersion == semver("580.95.5")']),
        ("--class gpu.example.com --with index=1", [f"{GPU}.index == 1"]),
        ("--class gpu.example.com --with ecc=true", [f"has({GPU}.ecc) &&\n{GPU}.ecc == true"]),
        ("--class gpu.example.com --with rack=r1", ['device.attributes["example.com"].rack == "r1"']),
        ("--class gpu.example.com --with memory=0.5Gi", ['device.capacity["gpu.example.com"].memory.compareTo(quantity("512Mi")) >= 0']),
        ("--class anything --with model=Big", [f'device.driver == "gpu.example.com" &&\n{GPU}.model == "Big"']),
        ("--like node-a/gpu-0 --class gpu.example.com", [f'{GPU}.model == "Big"']),
        ("--class gpu.example.com --like node-b/gpu-0 --with index", [f"{GPU}.index == 0"]),
        ("--class gpu.example.com --where true", ["true"]),
    ],
)
def test_selectors(words: str, expected: list[str]) -> None:
    """A condition becomes the CEL that means it, guarded where a device that the class lets through would make it fail."""
    assert expressions(words) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--class gpu.example.co", "DeviceClass/gpu.example.co does not exist; did you mean gpu.example.com?"),
        (
            "--class gpu.example.com --with modle=Big",
            "none of 3 devices has an attribute or capacity modle; the nearest is model, which 3 have",
        ),
        ("--class gpu.example.com --with model=Huge", "no device has model=Huge: there are Big on 2, Small on 1"),
        ("--class gpu.example.com --min memory=much", "memory=much: much is not a quantity such as 40Gi"),
        ("--class gpu.example.com --min model=1", "none of 3 devices has a capacity model; the names are memory"),
        ("--like node-a/gpu-7", "--like node-a/gpu-7 names no device that is offered; did you mean node-a/gpu-1?"),
        ("--class gpu.example.com --with model", "--with model takes its value from a device, and no --like NODE/DEVICE stands before it"),
        ("--count 33", "--count 33 is not a number from 1 to 32, the most devices that a claim can have"),
        ("--request gpu", "--request gpu is not NAME=CLASS"),
        ("--class gpu.example.com --same modle", "none of 3 devices has an attribute modle; the nearest is model, which 3 have"),
    ],
)
def test_what_cannot_be_written(words: str, message: str) -> None:
    """A name that nothing has, or a word that means nothing, is refused with the nearest there is."""
    with pytest.raises(Unwritable) as caught:
        planned(words)
    assert caught.value.message == message


def test_a_selector_that_fails_is_refused() -> None:
    """A CEL expression that would stop the scheduler on a device is refused."""
    with pytest.raises(Unwritable, match="fails on 1 of 3 devices that the class lets through"):
        planned(f"--class gpu.example.com --where {GPU}.ecc")


def test_options_belong_to_the_request_before_them() -> None:
    """Requests, alternatives and their options, in order; constraints hold for all."""
    plan = planned("--request a=gpu.example.com --count 2 --or anything --all --request b=anything --tolerate --same rack")
    first, second = plan.requests
    assert [(one.name, one.wanted.count, one.wanted.wants_all) for one in first.alternatives] == [("gpu", 2, False), ("anything", 1, True)]
    assert (second.name, second.alternatives[0].tolerated) == ("b", ("example.com/broken",))
    assert plan.same == ("example.com/rack",)


EVERYTHING = (
    "--class gpu.example.com",
    "--class gpu.example.com --count 2 --min memory=40Gi --same rack",
    "--class gpu.example.com --all --with model=Big --tolerate",
    "--class gpu.example.com --admin",
    "--like node-a/gpu-0 --with memory --with ecc --or anything",
    "--request gpu=gpu.example.com --with ecc=true --request net=anything --capacity bandwidth=10G --distinct index",
)


@pytest.mark.parametrize("version", ["v1", "v1beta2", "v1beta1"])
@pytest.mark.parametrize(
    "objects", [{}, {"is_claim": True, "consumer": "Pod"}, {"consumer": "Deployment"}, {"consumer": "Job", "name": "x"}]
)
@pytest.mark.parametrize("words", EVERYTHING)
def test_what_is_written_has_no_flaw(words: str, objects: dict[str, str | bool], version: str) -> None:
    """Whatever is written, lint has nothing against it but an old version."""
    text = text_of(words, version, **objects)
    codes = {line.partition(" ")[2] for line in told(text)}
    assert codes <= (set() if version == "v1" else {"DRA907"})
    assert len(load_yaml(text)) == (2 if objects else 1)


def test_a_manifest_as_a_person_writes_it() -> None:
    """The manifest, with the comments that say why."""
    assert (
        text_of("--class gpu.example.com --count 2 --min memory=40Gi", consumer="Pod", name="train", namespace="ml")
        == """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate   # each pod that names it gets a claim of its own
metadata:
  name: train
  namespace: ml
spec:
  spec:
    devices:
      requests:
      - name: gpu
        exactly:
          deviceClassName: gpu.example.com
          count: 2
          # 2 of 3 devices of the class match
          selectors:
          - cel:
              expression: device.capacity["gpu.example.com"].memory.compareTo(quantity("40Gi")) >= 0
---
apiVersion: v1
kind: Pod
metadata:
  name: train
  namespace: ml
spec:
  runtimeClassName: example   # named for the driver gpu.example.com
  containers:
  - name: main
    image: busybox:1.37   # put yours here
    command: [sleep, infinity]
    # without this the container sees no device
    resources:
      claims:
      - name: devices
  resourceClaims:
  - name: devices
    resourceClaimTemplateName: train
  # all nodes with these devices have this taint
  tolerations:
  - {key: example.com/gpu, operator: Exists, effect: NoSchedule}
"""
    )


def test_offers() -> None:
    """Completion offers classes, devices, names and values, each with its count."""
    there = supply()
    assert [tuple(offer) for offer in class_offers(there)] == [("anything", "4 devices"), ("gpu.example.com", "3 devices")]
    assert device_offers(there, "gpu.example.com")[0] == ("node-a/gpu-0", "gpu.example.com")
    assert name_offers(there, "gpu.example.com")[0] == ("driverVersion", "attribute of 3 devices")
    assert [tuple(offer) for offer in value_offers(there, "model")] == [("model=Big", "2 devices"), ("model=Small", "1 device")]
