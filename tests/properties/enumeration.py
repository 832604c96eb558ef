"""A brute-force allocator: every way to choose devices, in the order of the search, judged only when it is complete.

It knows nothing of the search: no state, no undoing, no pruning. What 1.37 allows of a finished choice fits on a page.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

from tests.properties.small_clusters import Problem

Document = Mapping[str, Any]


class Device(NamedTuple):
    """A device and whose it is."""

    driver: str
    pool: str
    spec: Document

    @property
    def name(self) -> tuple[str, str, str]:
        """Driver, pool and device."""
        return self.driver, self.pool, self.spec["name"]


class Choice(NamedTuple):
    """A device chosen for a request of a claim."""

    claim: int
    request: str
    wish: Document
    device: Device


def first_allocation(problem: Problem) -> list[tuple[int, str, tuple[str, str, str]]] | None:
    """The first choice that is allowed: claim, request and device of each pick; None where there is none."""
    for choices in all_choices(problem):
        if is_allowed(problem, choices):
            return [(choice.claim, choice.request, choice.device.name) for choice in choices]
    return None


def all_choices(problem: Problem) -> Iterator[list[Choice]]:
    """Every combination of alternatives, and of devices for each, in the order in which the search would meet them."""
    slices = sorted(problem.slices, key=lambda slice_: slice_["metadata"]["name"])
    devices = [
        Device(slice_["spec"]["driver"], slice_["spec"]["pool"]["name"], device)
        for slice_ in slices
        for device in slice_["spec"].get("devices", [])
    ]
    devices.sort(key=lambda device: (device.driver, device.pool))
    requests = [
        list(alternatives(number, request))
        for number, claim in enumerate(problem.claims)
        for request in claim["spec"]["devices"]["requests"]
    ]
    per_request = [
        [
            [Choice(claim, name, wish, device) for device in chosen]
            for claim, name, wish in options
            for chosen in combinations(devices, wish["count"])
        ]
        for options in requests
    ]
    for picks in product(*per_request):
        yield [choice for pick in picks for choice in pick]


def alternatives(claim: int, request: Document) -> Iterator[tuple[int, str, Document]]:
    """The alternatives of a request with the names that results give them."""
    if "exactly" in request:
        yield claim, request["name"], request["exactly"]
    for option in request.get("firstAvailable", []):
        yield claim, f"{request['name']}/{option['name']}", option


def is_allowed(problem: Problem, choices: list[Choice]) -> bool:
    """Whether every device may serve its request, and all of them may be taken together."""
    alone = all(is_selected(choice) and is_tolerated(choice) and asks_for_what_is_there(choice) for choice in choices)
    return alone and are_free(problem, choices) and leave_enough(problem, choices) and satisfy_constraints(problem, choices)


def is_selected(choice: Choice) -> bool:
    """The two classes and the one selector there are, read without CEL."""
    if choice.wish["deviceClassName"] == "gpu" and choice.device.driver != "gpu.example.com":
        return False
    colour = value_of(choice.device, "example.org/colour")
    return all(f'== "{colour}"' in selector["cel"]["expression"] for selector in choice.wish.get("selectors", []))


def is_tolerated(choice: Choice) -> bool:
    """A taint that keeps pods away is tolerated."""
    blocking = [taint for taint in choice.device.spec.get("taints", []) if taint["effect"] == "NoSchedule"]
    return not blocking or bool(choice.wish.get("tolerations"))


def asks_for_what_is_there(choice: Choice) -> bool:
    """No more than the device has, even if it had it all to itself."""
    return memory(choice) <= int(choice.device.spec["capacity"]["memory"]["value"])


def memory(choice: Choice) -> int:
    """What is consumed of the device's memory: what is asked for, else the policy's default, else all of it."""
    capacity = choice.device.spec["capacity"]["memory"]
    asked = choice.wish.get("capacity", {}).get("requests", {}).get("memory")
    return int(asked or capacity.get("requestPolicy", {}).get("default") or capacity["value"])


def are_free(problem: Problem, choices: list[Choice]) -> bool:
    """An ordinary device is taken once, and not while others hold it; with admin access it only counts who had it before in the claim."""
    for position, choice in enumerate(choices):
        if choice.device.spec.get("allowMultipleAllocations"):
            continue
        before = [other for other in choices[:position] if other.device.name == choice.device.name]
        if choice.wish.get("adminAccess"):
            before = [other for other in before if other.claim == choice.claim]
        elif choice.device.name in problem.allocated:
            return False
        if before:
            return False
    return True


def leave_enough(problem: Problem, choices: list[Choice]) -> bool:
    """Shared memory and shared counters suffice for all together and for those who were there before."""
    shared = {(driver, pool, device): amount for driver, pool, device, amount in problem.shared}
    used: Counter[tuple[str, str, str]] = Counter(shared)
    for choice in choices:
        if choice.device.spec.get("allowMultipleAllocations"):
            used[choice.device.name] += memory(choice)
            if used[choice.device.name] > int(choice.device.spec["capacity"]["memory"]["value"]):
                return False
    return all(counters_suffice(problem, slice_, choices) for slice_ in problem.slices if "sharedCounters" in slice_["spec"])


def counters_suffice(problem: Problem, slice_: Document, choices: list[Choice]) -> bool:
    """The counter of one pool: each share of a device after the first is free, each other use is not, nor is admin access.

    A counter that others have overdrawn lets no device of the pool be taken that draws on it.
    """
    driver, pool = slice_["spec"]["driver"], slice_["spec"]["pool"]["name"]
    left = int(slice_["spec"]["sharedCounters"][0]["counters"]["slices"]["value"])
    held = set(problem.allocated) | {(driver_, pool_, device) for driver_, pool_, device, _ in problem.shared}
    for other in problem.slices:
        for device in other["spec"].get("devices", []):
            if (driver, pool, device["name"]) in held and (other["spec"]["driver"], other["spec"]["pool"]["name"]) == (driver, pool):
                left -= amount_of(device)
    drawing = [choice for choice in choices if choice.device[:2] == (driver, pool) and "consumesCounters" in choice.device.spec]
    paid: set[tuple[str, str, str]] = {name for name in held if name in {choice.device.name for choice in drawing}}
    charged = False
    for choice in drawing:
        shareable = choice.device.spec.get("allowMultipleAllocations")
        if shareable and choice.device.name in paid:
            continue
        paid.add(choice.device.name)
        left -= amount_of(choice.device.spec)
        charged = True
    return left >= 0 or not charged


def amount_of(device: Document) -> int:
    """What a device draws of the one counter there is."""
    return sum(int(entry["counters"]["slices"]["value"]) for entry in device.get("consumesCounters", []))


def satisfy_constraints(problem: Problem, choices: list[Choice]) -> bool:
    """Devices of the requests that a constraint is about have the attribute, and the same value or different ones."""
    for number, claim in enumerate(problem.claims):
        for constraint in claim["spec"]["devices"].get("constraints", []):
            names = constraint.get("requests", [])
            concerned = [choice for choice in choices if choice.claim == number and (not names or choice.request.split("/")[0] in names)]
            values = [value_of(choice.device, constraint.get("matchAttribute") or constraint["distinctAttribute"]) for choice in concerned]
            if None in values:
                return False
            if "matchAttribute" in constraint and any(one != other for one, other in pairwise(values)):
                return False
            if "distinctAttribute" in constraint and len(set(values)) < len(values):
                return False
    return True


def value_of(device: Device, attribute: str) -> object:
    """An attribute's value; None where the device lacks it."""
    return next(iter(device.spec["attributes"].get(attribute, {}).values()), None)
