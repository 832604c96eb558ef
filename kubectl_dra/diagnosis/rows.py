"""Cases, request → the row of the whole cluster: each device once, those that stand alike in the same place of alike nodes together."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.diagnosis import matrix
from kubectl_dra.inventory.inventory import DeviceID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.resource import Device
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene


class Alike(NamedTuple):
    """Devices that one examination stands for: one on each node of a case, or the examined device alone."""

    examination: Examination
    case: Case | None = None
    place: int = 0
    """Where the device stands among the devices of its node."""

    @property
    def number(self) -> int:
        """How many devices there are."""
        return len(self.case.pools_of) if self.case else 1

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that the devices are on, where those are theirs alone."""
        return self.case.nodes if self.case else ()

    def devices(self) -> Iterator[tuple[DeviceID, Device]]:
        """All of them, node by node."""
        if self.case is None:
            yield self.examination.candidate.id, self.examination.candidate.device
            return
        for name in self.case.pools_of:
            yield self.device_on(name)

    def device_on(self, name: str) -> tuple[DeviceID, Device]:
        """The one on a node."""
        if self.case is None:
            return self.examination.candidate.id, self.examination.candidate.device
        pool, device = self.case.device_at(name, self.place)
        return DeviceID(pool.id.driver, pool.id.pool, device.name), device


def whole_row(scene: Scene, cases: Cases, view: RequestView) -> list[Alike]:
    """The devices of all nodes against a request."""
    if not scene.nodes_own_their_pools:  # the same device may be seen from several nodes
        return [Alike(one) for one in matrix.of_request(cases.examinations(), view)]
    return [Alike(one, case, place) for case in cases.judged for place, one in enumerate(matrix.of_request(case.matrix, view))]


def node_by_node(row: Sequence[Alike]) -> Iterator[tuple[str, Device]]:
    """All devices of a row with their drivers, those of a node beside one another."""
    for case, group in groupby(row, key=lambda one: one.case):
        together = list(group)
        if case is None:
            yield from ((one.examination.candidate.id.driver, one.examination.candidate.device) for one in together)
            continue
        places = [one.place for one in together]
        for name in case.pools_of:
            devices = case.devices_on(name)
            yield from devices if len(places) == len(devices) else [devices[place] for place in places]


def counted(row: Iterable[Alike]) -> int:
    """How many devices these are."""
    return sum([one.number for one in row])


def examples(scene: Scene, row: Sequence[Alike], most: int) -> tuple[str, ...]:
    """The devices by name: all where they are no more than ``most``, else the first and the last as people count."""
    if counted(row) <= most or not scene.are_named_by_node:
        names = tuple(str(name) for name in scene.names(id_ for one in row for id_, _ in one.devices()))
        return names if len(names) <= most else (names[0], names[-1])
    ends = {end for one in row for end in scene.first_and_last(one.nodes)}
    first_node, last_node = scene.first_and_last(tuple(ends))
    first, last = (
        scene.names([one.device_on(node)[0] for one in row if one.case and node in one.case.pools_of]) for node in (first_node, last_node)
    )
    return str(first[0]), str(last[-1])
