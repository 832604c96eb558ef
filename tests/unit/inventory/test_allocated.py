from typing import Any

from kubectl_dra.api.resource import ResourceClaim
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.allocated import AllocatedState, allocated_state, with_claims
from kubectl_dra.inventory.inventory import DeviceID

GPU = DeviceID("gpu.example.com", "pool", "gpu-0")


def holding(name: str, **fields: Any) -> ResourceClaim:
    """A claim that was given gpu-0."""
    result = {"request": "gpu", "driver": GPU.driver, "pool": GPU.pool, "device": GPU.device, **fields}
    return convert(
        {"metadata": {"name": name, "namespace": "ml"}, "status": {"allocation": {"devices": {"results": [result]}}}}, ResourceClaim
    )


def share(name: str, memory: str) -> ResourceClaim:
    """A claim that was given a share of gpu-0."""
    return holding(name, shareID=f"share-{name}", consumedCapacity={"memory": memory})


def amounts(state: AllocatedState) -> dict[str, str]:
    """What shares of gpu-0 consume together."""
    return {name: str(amount) for name, amount in state.aggregated_capacity.get(GPU, {}).items()}


def test_an_allocated_device_is_held() -> None:
    """A device in a claim's allocation is taken, and who has it is known."""
    state = allocated_state([holding("one")])
    assert (GPU in state.devices, [str(holder.claim) for holder in state.holders_of(GPU)]) == (True, ["ml/one"])


def test_admin_access_holds_nothing() -> None:
    """It is known who looks at the device, and the device stays free."""
    state = allocated_state([holding("one", adminAccess=True)])
    assert (state.is_allocated(GPU), [holder.admin_access for holder in state.holders_of(GPU)]) == (False, [True])


def test_shares_add_up() -> None:
    """What the shares of a device consume is summed by capacity."""
    state = allocated_state([share("one", "2Gi"), share("two", "1Gi")])
    assert (amounts(state), state.is_shared(GPU), GPU in state.devices) == ({"memory": "3Gi"}, True, False)


def test_without_the_feature_a_share_is_the_whole_device() -> None:
    """A scheduler that knows no shares takes the device for gone."""
    state = allocated_state([share("one", "2Gi")], consumable_capacity=False)
    assert (GPU in state.devices, amounts(state)) == (True, {})


def test_a_claim_without_allocation_holds_nothing() -> None:
    """A pending claim is no holder."""
    pending = convert({"metadata": {"name": "one", "namespace": "ml"}}, ResourceClaim)
    assert allocated_state([pending]) == allocated_state([])


def test_more_claims_are_laid_over() -> None:
    """What is added leaves what was there."""
    state = with_claims(allocated_state([share("one", "2Gi")]), [share("two", "1Gi")])
    assert (amounts(state), len(state.shares)) == ({"memory": "3Gi"}, 2)
