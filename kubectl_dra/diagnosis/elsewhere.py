"""A request → the devices that it selects anywhere, whatever node they are for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.diagnosis.selecting import environment_of
from kubectl_dra.selection.device_selector import compile_selector
from kubectl_dra.selection.groups import evaluate_selectors

if TYPE_CHECKING:
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.diagnosis.scene import Scene


def selected_by_node(scene: Scene, view: RequestView) -> Counter[str]:
    """How many published devices class and request select, by the node that they are for; an empty name stands for several nodes."""
    device_class = scene.inventory.device_classes.get(view.device_class_name)
    written = (*(device_class.spec.selectors if device_class else ()), *view.selectors)
    compiled = [compile_selector(one.cel.expression, environment_of(scene)) for one in written if one.cel]
    devices = [(id_.driver, device) for id_, (_, device) in scene.published.items()]
    places = [slice_.spec.node_name or device.node_name or "" for slice_, device in scene.published.values()]
    rows = evaluate_selectors(compiled, devices)
    return Counter(place for index, place in enumerate(places) if all(row[index] is True for row in rows))
