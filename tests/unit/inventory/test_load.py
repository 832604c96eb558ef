import pytest

from kubectl_dra.api import kinds
from kubectl_dra.api.kinds import Kind
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.api.reading import UnreadableObject
from kubectl_dra.api.source import Listing, RawObject, ServerInfo, Unread, UnreadReason
from kubectl_dra.apimachinery.origin import Origin
from kubectl_dra.inventory.load import Wish, load, newest_time
from kubectl_dra.releases.release import NEWEST, Release
from tests import written
from tests.written import held, slice_of

CLAIM = held("c", "pool: n1, device: gpu-0")


class Rights:
    """A live server that shows claims of one namespace only."""

    is_live = True

    def list(self, kind: Kind, namespace: str | None = None) -> Listing:
        """Everything in ``ml``, a refusal elsewhere."""
        if namespace != "ml":
            message = "claims is forbidden"
            return Listing(kind=kind, unread=(Unread(kind=kind, reason=UnreadReason.FORBIDDEN, message=message),))
        document = {"metadata": {"name": "c", "namespace": "ml"}}
        raw = RawObject(kind=kind, api_version="resource.k8s.io/v1", origin=Origin(where="api"), document=document)
        return Listing(kind=kind, objects=(raw,))

    def server_info(self) -> ServerInfo:
        """A server of 1.36."""
        return ServerInfo(git_version="v1.36.3")


def test_only_kinds_that_are_wished_for_are_read() -> None:
    """A kind that was not asked for is empty and not known."""
    inventory = written.inventory(slice_of("{name: a}") + CLAIM, wanted=(kinds.RESOURCE_SLICE,))

    assert inventory.resource_claims == {}
    assert not inventory.knows(kinds.RESOURCE_CLAIM)
    assert inventory.knows(kinds.RESOURCE_SLICE)


def test_own_namespace_is_read_where_all_are_forbidden() -> None:
    """Where all claims may not be listed, those of the own namespace are there, and that there are more stays said."""
    inventory = load(Rights(), Wish(kinds=(kinds.RESOURCE_CLAIM,), fallback_namespace="ml"))

    assert list(inventory.resource_claims) == [NamespacedName("ml", "c")]
    assert [unread.reason for unread in inventory.unread] == [UnreadReason.FORBIDDEN]


def test_release_is_the_servers() -> None:
    """Live, the server says which release is followed; a wish overrides it."""
    wish = Wish(kinds=(kinds.RESOURCE_CLAIM,), fallback_namespace="ml")

    assert load(Rights(), wish).release == Release(1, 36)
    assert load(Rights(), Wish(kinds=wish.kinds, release=Release(1, 34))).release == Release(1, 34)


def test_release_of_files_is_the_newest_kubelet() -> None:
    """Without a version beside them, files are of the release of their newest kubelet; without nodes, of the newest one followed."""
    node = "apiVersion: v1\nkind: Node\nmetadata: {name: %s}\nstatus: {nodeInfo: {kubeletVersion: %s}}\n---\n"
    text = node % ("a", "v1.34.2") + node % ("b", "v1.35.1")
    wish = Wish(kinds=(kinds.NODE,))

    assert load(written.source(text), wish).release == Release(1, 35)
    assert load(written.source(CLAIM), wish).release == NEWEST


def test_now_of_files_is_their_newest_time() -> None:
    """Ages in a dump are counted from the newest time in it; a deletion to come does not count."""
    text = CLAIM.replace("namespace: ml,", 'namespace: ml, deletionTimestamp: "2027-01-01T00:00:00Z",')

    assert newest_time(written.source(text)) == "2026-01-01T11:00:00Z"


def test_objects_of_files_remember_their_place() -> None:
    """An object of a file knows file and line."""
    inventory = written.inventory(CLAIM)

    assert str(inventory.origins["ResourceClaim", NamespacedName("ml", "c")]) == "cluster.yaml:2:1"


@pytest.mark.parametrize("amount", ["many", "1 Gi", ""])
def test_amount_that_is_none_is_told_with_its_field(amount: str) -> None:
    """A quantity that cannot be read is refused as the API server refuses it, with object and field."""
    with pytest.raises(UnreadableObject) as caught:
        written.inventory(slice_of(f'{{name: a, capacity: {{memory: {{value: "{amount}"}}}}}}'))

    assert "cluster.yaml:2:1: ResourceSlice/s: spec.devices[0].capacity[memory].value: quantities must match" in str(caught.value)
