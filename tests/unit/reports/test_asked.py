import pytest

from kubectl_dra.api.resource import ResourceClaim
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.reports.asked import claim_state, consumers_text, got_text, wants_text


def claim(spec: object, status: object = None, **metadata: object) -> ResourceClaim:
    """A claim from plain values."""
    return convert({"metadata": {"name": "c", **metadata}, "spec": {"devices": spec}, "status": status or {}}, ResourceClaim)


def exactly(**fields: object) -> dict[str, object]:
    """A request for devices of class gpu."""
    return {"name": "r", "exactly": {"deviceClassName": "gpu", **fields}}


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ({"requests": [exactly()]}, "1 gpu"),
        ({"requests": [exactly(count=8)]}, "8 gpu"),
        ({"requests": [exactly(allocationMode="All")]}, "all gpu"),
        ({"requests": [exactly(adminAccess=True, allocationMode="All")]}, "all gpu (admin access)"),
        ({"requests": [exactly(selectors=[{"cel": {"expression": "true"}}] * 2)]}, "1 gpu (2 selectors)"),
        ({"requests": [exactly(capacity={"requests": {"memory": "10Gi"}})]}, "1 gpu (10Gi memory)"),
        ({"requests": [exactly(tolerations=[{"operator": "Exists"}])]}, "1 gpu (tolerates)"),
        (
            {
                "requests": [
                    {"name": "r", "firstAvailable": [{"name": "a", "deviceClassName": "big"}, {"name": "b", "deviceClassName": "small"}]}
                ]
            },
            "1 big or 1 small",
        ),
        (
            {
                "requests": [exactly(), exactly()],
                "constraints": [{"matchAttribute": "d.example.com/root"}, {"distinctAttribute": "x/numa"}],
            },
            "1 gpu + 1 gpu, same root, different numa",
        ),
        ({"requests": []}, "<none>"),
    ],
)
def test_wants_in_words(devices: object, expected: str) -> None:
    """What a claim asks for fits into a cell."""
    assert expected == wants_text(claim(devices).spec.devices)


RESULTS = [
    {"request": "r", "driver": "d", "pool": pool, "device": device} for pool, device in (("n1", "a"), ("n1", "b"), ("n2", "c"), ("n2", "d"))
]


def test_got_names_the_pool_once() -> None:
    """Devices of one pool follow one another without it; many are counted."""
    one = claim({}, {"allocation": {"devices": {"results": RESULTS[:2]}}})
    many = claim({}, {"allocation": {"devices": {"results": RESULTS}}})

    assert [got_text(each.status.allocation.devices.results) for each in (one, many) if each.status.allocation] == [
        "n1/a, b",
        "n1/a, b, n2/c and 1 more",
    ]


ALLOCATED = {"allocation": {"devices": {"results": RESULTS[:1]}}}
RESERVED = {**ALLOCATED, "reservedFor": [{"resource": "pods", "name": "p", "uid": "u"}]}
OWNER = [{"kind": "Pod", "name": "p", "controller": True}]


@pytest.mark.parametrize(
    ("one", "state", "whom"),
    [
        (claim({}), "pending", ""),
        (claim({}, ownerReferences=OWNER), "pending", "pod/p"),
        (claim({}, ALLOCATED), "allocated", "nobody"),
        (claim({}, RESERVED), "reserved", "pod/p"),
        (claim({}, RESERVED, deletionTimestamp="2026-01-01T00:00:00Z"), "deleting", "pod/p"),
    ],
)
def test_state_and_consumer(one: ResourceClaim, state: str, whom: str) -> None:
    """A claim is pending, allocated or reserved, unless it is being deleted."""
    assert (claim_state(one), consumers_text(one)) == (state, whom)
