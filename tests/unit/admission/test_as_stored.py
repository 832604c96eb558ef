"""Objects as the API server stores them."""

from kubectl_dra.admission.defaults import as_stored
from kubectl_dra.api.resource import (
    DeviceClaim,
    DeviceRequest,
    DeviceToleration,
    ExactDeviceRequest,
    ResourceClaim,
    ResourceClaimSpec,
    ResourceClaimTemplate,
    ResourceClaimTemplateSpec,
)


def _claim(exactly: ExactDeviceRequest) -> ResourceClaim:
    return ResourceClaim(spec=ResourceClaimSpec(devices=DeviceClaim(requests=(DeviceRequest(name="gpu", exactly=exactly),))))


def test_a_request_without_mode_asks_for_one_device() -> None:
    """``allocationMode`` becomes ExactCount and ``count`` one, and an operator Equal."""
    written = ExactDeviceRequest(device_class_name="c", tolerations=(DeviceToleration(key="k", value="v"),))

    stored = as_stored(_claim(written))

    expected = ExactDeviceRequest(
        device_class_name="c", allocation_mode="ExactCount", count=1, tolerations=(DeviceToleration(key="k", operator="Equal", value="v"),)
    )
    assert stored == _claim(expected)


def test_what_is_stored_already_stays_the_same_object() -> None:
    """A claim from a server is not copied."""
    claim = _claim(ExactDeviceRequest(device_class_name="c", allocation_mode="All"))

    assert as_stored(claim) is claim


def test_the_claim_inside_a_template_is_filled_in() -> None:
    """A template's claim has the same defaults."""
    template = ResourceClaimTemplate(spec=ResourceClaimTemplateSpec(spec=_claim(ExactDeviceRequest(device_class_name="c")).spec))

    exactly = as_stored(template).spec.spec.devices.requests[0].exactly

    assert exactly == ExactDeviceRequest(device_class_name="c", allocation_mode="ExactCount", count=1)
