"""Events and conditions → what was said, by whom, how long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings import prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.core import Event, Pod
    from kubectl_dra.api.meta import Condition, ObjectMeta
    from kubectl_dra.inventory.inventory import Inventory


class EventLog:
    """All events, by the object they are about; newest last."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_object: dict[tuple[str, str, str], list[Event]] = {}
        for event in sorted(events, key=lambda event: event.last_seen):
            about = event.involved_object
            self._by_object.setdefault((about.kind, about.namespace, about.name), []).append(event)

    def about(self, kind: str, metadata: ObjectMeta) -> tuple[Event, ...]:
        """The events about an object; those of an earlier object of the same name are left out."""
        found = self._by_object.get((kind, metadata.namespace, metadata.name), [])
        return tuple(
            event for event in found if not event.involved_object.uid or event.involved_object.uid == metadata.uid or not metadata.uid
        )

    def last(self, kind: str, metadata: ObjectMeta, *reasons: str) -> Event | None:
        """The newest event about an object with one of these reasons."""
        return next((event for event in reversed(self.about(kind, metadata)) if event.reason in reasons), None)


def condition_of(pod: Pod, type_: str) -> Condition | None:
    """The pod's condition of a type."""
    return next((condition for condition in pod.status.conditions if condition.type == type_), None)


def times_seen(event: Event) -> int:
    """How often an event was seen."""
    return max(event.count, event.series.count if event.series else 0, 1)


def age_of(event: Event, inventory: Inventory) -> str:
    """How long ago an event was last seen."""
    return prose.age(event.last_seen, inventory.now)


def plain_message(event: Event) -> str:
    """An event's message without the note that similar events were put together."""
    return event.message.removeprefix("(combined from similar events): ")
