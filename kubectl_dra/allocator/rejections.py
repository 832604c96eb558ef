"""Why one device is refused for one request: a closed union, one member per decision of upstream's allocator, each with its facts.

In ``allocator_experimental.go``: ``allocateOne``, ``isSelectable``, ``allocateDevice``; ``constraint.go``; ``consumable_capacity.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from kubectl_dra.api.resource import DeviceAttribute, DeviceTaint
    from kubectl_dra.apimachinery.quantity import Quantity
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.inventory.allocated import Holder
    from kubectl_dra.inventory.inventory import DeviceID


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What every rejection says: which device, for which request (``req`` or ``req/sub``) of the claim with which index."""

    device: DeviceID
    request: str
    claim_index: int = 0


class DeviceInUse(Refusal, frozen=True, kw_only=True):
    """Other claims hold the device (``holders``), or this search has taken it already (no holders)."""

    holders: tuple[Holder, ...] = ()


class ClassSelectorFalse(Refusal, frozen=True, kw_only=True):
    """A selector of the device class is false."""

    class_name: str
    selector_index: int
    expression: str


class RequestSelectorFalse(Refusal, frozen=True, kw_only=True):
    """A selector of the request is false."""

    selector_index: int
    expression: str


class SelectorFails(Refusal, frozen=True, kw_only=True):
    """A selector does not compile, or fails on this device: fatal for the whole pod once the search reaches it.

    ``class_name`` is empty for a selector of the request.
    """

    class_name: str
    selector_index: int
    expression: str
    error: CelError


class DeviceOnOtherNode(Refusal, frozen=True, kw_only=True):
    """The slice selects nodes per device, and this device is not for this node."""

    node: str


class BindingConditionsUnsupported(Refusal, frozen=True, kw_only=True):
    """The device has binding conditions, and the feature is off."""


class CapacityUndefined(Refusal, frozen=True, kw_only=True):
    """The request asks for a capacity that the device does not have."""

    capacity: str


class CapacityInsufficient(Refusal, frozen=True, kw_only=True):
    """The device has too little left: ``asked`` is what would be consumed of ``total``, of which ``consumed`` is gone."""

    capacity: str
    asked: Quantity
    total: Quantity
    consumed: Quantity


class CapacityPolicyViolated(Refusal, frozen=True, kw_only=True):
    """The amount asked for is none that the device's request policy allows."""

    capacity: str
    asked: Quantity


class CapacityNotRepresentable(Refusal, frozen=True, kw_only=True):
    """A consumption that upstream's arithmetic refuses: fatal for the whole pod. ``reason`` is upstream's text."""

    capacity: str
    reason: str


class NodeOperationsNotOptional(Refusal, frozen=True, kw_only=True):
    """The slice has ``skipNodeOperations``, and the feature is off or the node does not declare it (``feature_enabled``)."""

    node: str
    feature_enabled: bool


class CountersUnsupported(Refusal, frozen=True, kw_only=True):
    """The device consumes counters, and the feature is off."""


class CountersInsufficient(Refusal, frozen=True, kw_only=True):
    """A counter of the pool would be overdrawn: ``available`` after what others hold, ``taken`` by this search, ``asked`` by the device.

    ``asked`` is zero where a counter that the device does not use is overdrawn already.
    """

    counter_set: str
    counter: str
    total: Quantity
    available: Quantity
    taken: Quantity
    asked: Quantity


class CompatibilityGroupsDiffer(Refusal, frozen=True, kw_only=True):
    """No compatibility group is common to the device and the devices that draw from the same counter set."""

    counter_set: str
    groups: tuple[str, ...]
    others: tuple[str, ...]
    """The groups common to the devices that are there; empty where they have none."""


class TaintNotTolerated(Refusal, frozen=True, kw_only=True):
    """The request tolerates one of the device's taints not."""

    taint: DeviceTaint


class ConstraintAttributeMissing(Refusal, frozen=True, kw_only=True):
    """The device lacks the attribute of a constraint, or its value is of no kind that can be compared."""

    constraint_index: int
    attribute: str


class ConstraintValuesDiffer(Refusal, frozen=True, kw_only=True):
    """matchAttribute: the device's value is another than that of the devices taken."""

    constraint_index: int
    attribute: str
    value: DeviceAttribute
    others: DeviceAttribute


class ConstraintValueRepeated(Refusal, frozen=True, kw_only=True):
    """distinctAttribute: the device's value was taken already."""

    constraint_index: int
    attribute: str
    value: DeviceAttribute


class DerivedAttributeFails(Refusal, frozen=True, kw_only=True):
    """A derived attribute does not compile, or fails on this device: fatal for the whole pod once the search reaches it."""

    constraint_index: int
    attribute: str
    expression: str
    error: CelError


Rejection: TypeAlias = (
    DeviceInUse
    | BindingConditionsUnsupported
    | ClassSelectorFalse
    | RequestSelectorFalse
    | SelectorFails
    | DeviceOnOtherNode
    | CapacityUndefined
    | CapacityInsufficient
    | CapacityPolicyViolated
    | CapacityNotRepresentable
    | NodeOperationsNotOptional
    | CountersUnsupported
    | CompatibilityGroupsDiffer
    | CountersInsufficient
    | TaintNotTolerated
    | ConstraintAttributeMissing
    | ConstraintValuesDiffer
    | ConstraintValueRepeated
    | DerivedAttributeFails
)
