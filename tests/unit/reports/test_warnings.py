import pytest

from kubectl_dra.api import kinds
from kubectl_dra.api.kinds import Kind
from kubectl_dra.api.source import ServerInfo, Unread, UnreadReason
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.release import NEWEST, Release
from kubectl_dra.reports.warnings import warn_of_pools, warn_of_view
from tests import written
from tests.written import slice_of


def unread(kind: Kind, reason: UnreadReason) -> Unread:
    """A kind that could not be read."""
    return Unread(kind=kind, reason=reason, message="the server's words")


def codes(text: str, release: Release = NEWEST) -> list[str]:
    """The codes of what is warned of."""
    return [finding.code for finding in warn_of_pools(written.hardware(text, release=release))]


@pytest.mark.parametrize(
    ("pool", "expected"),
    [("resourceSliceCount: 1}", []), ("resourceSliceCount: 2}", ["DRA301"])],
)
def test_incomplete_pools_are_warned_of(pool: str, expected: list[str]) -> None:
    """A pool with fewer slices than it announces, and no other."""
    assert expected == codes(slice_of("{name: a}", pool="{name: n1, generation: 1, " + pool))


def test_invalid_pools_are_warned_of() -> None:
    """A pool that names a device twice, unless no node sees both."""
    pool = "{name: p, generation: 1, resourceSliceCount: 2}"
    apart = slice_of("{name: a}", name="s1", pool=pool) + slice_of("{name: a}", name="s2", pool=pool, target="nodeName: n2")

    assert codes(slice_of("{name: a}, {name: a}")) == ["DRA303"]
    assert codes(apart) == []


def test_old_generations_are_warned_of() -> None:
    """A slice that the new generation replaces, unless its node still uses it."""
    new = slice_of("{name: a}", name="new", pool="{name: p, generation: 2, resourceSliceCount: 1}")
    old = slice_of("{name: a}", name="old", pool="{name: p, generation: 1, resourceSliceCount: 1}")

    assert codes(new + old) == ["DRA308"]
    assert codes(new + old.replace("nodeName: n1", "nodeName: n2")) == []


def test_slices_without_pool_are_warned_of() -> None:
    """A slice from a file that names no pool."""
    assert codes(slice_of("{name: a}").replace("  pool: {name: n1, generation: 1, resourceSliceCount: 1}\n", "")) == ["DRA307"]


def test_only_what_is_looked_at_is_warned_of() -> None:
    """Pools that the answer is not about are passed over."""
    hardware = written.hardware(slice_of("{name: a}", pool="{name: n1, generation: 1, resourceSliceCount: 2}"))

    assert warn_of_pools(hardware, frozenset()) == ()


def test_what_is_forbidden_or_failed_is_told() -> None:
    """One finding for each kind, with what is uncertain without it; what files leave out is told elsewhere."""
    reasons = (UnreadReason.FORBIDDEN, UnreadReason.FAILED, UnreadReason.NOT_INCLUDED)
    inventory = Inventory(unread=tuple(unread(kinds.RESOURCE_CLAIM, reason) for reason in reasons))

    assert [finding.code for finding in warn_of_view(inventory)] == ["DRA002", "DRA003"]


@pytest.mark.parametrize(
    ("version", "served", "expected"),
    [
        ("v1.33.1", {}, ["DRA001"]),
        ("v1.37.2", {"resource.k8s.io/v1": ("resourceclaims", "deviceclasses")}, []),
    ],
)
def test_group_that_is_not_served_is_told_once(version: str, served: dict[str, tuple[str, ...]], expected: list[str]) -> None:
    """A server without the group is told of once, whatever kinds were asked for; one kind missing is no news."""
    missing = tuple(unread(kind, UnreadReason.NOT_SERVED) for kind in (kinds.RESOURCE_SLICE, kinds.DEVICE_TAINT_RULE))
    inventory = Inventory(
        unread=missing, server=ServerInfo(git_version=version, served=served), server_release=Release(1, int(version[3:5]))
    )

    assert expected == [finding.code for finding in warn_of_view(inventory)]
