from kubectl_dra.inventory.states import observe
from kubectl_dra.releases.release import NEWEST, Release
from kubectl_dra.reports.pools import otherwise_text, pool_rows
from tests import written
from tests.written import slice_of

NODES = "".join(f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n---\n" for name in ("n1", "n2"))


def rows(text: str, *, release: Release = NEWEST) -> dict[str, tuple[str, str]]:
    """Pool → its state, and what some nodes see."""
    inventory = written.inventory(NODES + text, release=release)
    hardware = observe(inventory)
    return {row.overview.id.pool: (row.state, otherwise_text(row)) for row in pool_rows(hardware, inventory.nodes)}


def test_plain_pool_is_complete_everywhere() -> None:
    """A pool of one slice looks alike from everywhere."""
    assert rows(slice_of("{name: a}")) == {"n1": ("complete", "")}


def test_old_generation_stays_visible_where_the_new_one_is_not() -> None:
    """A node that only the old generation mentions may still see it complete; that is said."""
    old = slice_of("{name: a}", name="old", pool="{name: p, generation: 1, resourceSliceCount: 1}")
    new = slice_of("{name: b}", name="new", pool="{name: p, generation: 2, resourceSliceCount: 1}", target="nodeName: n2")

    assert rows(old + new) == {"p": ("complete", "generation 1 for n1")}


def test_duplicates_concern_the_nodes_that_see_both() -> None:
    """In a pool for several nodes, a name that stands twice matters only where both devices are seen."""
    one = slice_of("{name: a}", name="s1", pool="{name: p, generation: 1, resourceSliceCount: 2}")
    two = slice_of("{name: a}", name="s2", pool="{name: p, generation: 1, resourceSliceCount: 2}", target="nodeName: n2")
    everywhere = two.replace("nodeName: n2", "allNodes: true")

    assert rows(one + two) == {"p": ("complete", "")}
    assert rows(one + everywhere) == {"p": ("invalid", "complete for n2")}


def test_incomplete_pool_is_incomplete() -> None:
    """Too few slices."""
    assert rows(slice_of("{name: a}", pool="{name: p, generation: 1, resourceSliceCount: 3}")) == {"p": ("incomplete", "")}
