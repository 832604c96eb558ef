"""Random clusters in which a real kube-scheduler decided every pod: ``python -m tests.conformance worlds FOLDER… [--all]``.

One comparison is one pod: its verdict, each node's side and reasons, what DynamicResources alone says of each node, and the message.
What is chance upstream is left out, as the README beside the data says.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Pod
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.releases import release as releases
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.verdict import (
    CouldNotTell,
    Errors,
    Filtered,
    Fits,
    Gated,
    Held,
    NodeVerdict,
    NotJudged,
    PodVerdict,
    Refused,
    RefusedByPreFilter,
    Word,
)

READ = (
    kinds.RESOURCE_SLICE,
    kinds.DEVICE_CLASS,
    kinds.RESOURCE_CLAIM,
    kinds.RESOURCE_CLAIM_TEMPLATE,
    kinds.DEVICE_TAINT_RULE,
    kinds.NODE,
    kinds.NAMESPACE,
    kinds.POD,
)
NOT_FOLLOWED = frozenset({"VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "NodeDeclaredFeatures"})
WORDS = {
    "scheduled": {Word.SCHEDULED},
    "unschedulable": {Word.UNSCHEDULABLE},
    "error": {Word.ERROR},
    "fits": {Word.FITS},
    "never-attempted": {Word.HELD},
    "gated": {Word.GATED, Word.HELD},
}

Truth = Mapping[str, Any]


@dataclass
class Tally:
    """What was compared, and what could not be."""

    pods: int = 0
    agreeing: int = 0
    nodes_not_judged: int = 0
    pods_not_judged: int = 0
    disagreements: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Compare every world below the folders; 1 where something disagrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance worlds", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="print every disagreement")
    options = parser.parse_args(arguments)
    tally, by_release = Tally(), Counter[str]()
    for path in sorted(found for folder in options.folders for found in folder.rglob("truth.json")):
        before = (tally.pods, tally.agreeing)
        compare_world(path.parent, tally)
        release = path.parent.parent.name
        by_release[f"{release} of"] += tally.pods - before[0]
        by_release[release] += tally.agreeing - before[1]
    shown = tally.disagreements if options.all else tally.disagreements[:10]
    print("\n".join(shown))
    for release in sorted(name for name in by_release if not name.endswith(" of")):
        print(f"{release}: {by_release[release]} of {by_release[f'{release} of']} agree")
    print(f"{tally.nodes_not_judged} nodes, {tally.pods_not_judged} pods not judged")
    print(f"{tally.agreeing} of {tally.pods} agree")
    return int(tally.agreeing != tally.pods)


def compare_world(folder: Path, tally: Tally) -> None:
    """Compare one world's pods, one by one."""
    truth = json.loads((folder / "truth.json").read_text())
    scheduler = Scheduler(read_world(folder))
    for expected in truth["pods"]:
        pod = scheduler.inventory.pods[NamespacedName(*expected["pod"].split("/"))]
        problems = list(Comparison(scheduler, pod, expected, tally).problems())
        tally.pods += 1
        tally.agreeing += not problems
        if problems:
            tally.disagreements.append(f"{folder.parent.name}/{folder.name} {expected['pod']}: {'; '.join(problems[:3])}")


def read_world(folder: Path) -> Any:
    """A world's inventory, as the program itself would read it."""
    release = releases.parse(json.loads((folder / "version.json").read_text())["release"])
    return load(ManifestSource.read([str(folder / "cluster.json.gz")]), Wish(kinds=READ, release=release))


class Comparison:
    """One pod: what was recorded beside what we say."""

    def __init__(self, scheduler: Scheduler, pod: Pod, truth: Truth, tally: Tally) -> None:
        self.scheduler, self.pod, self.truth, self.tally = scheduler, pod, truth, tally
        self.unstable = set(truth.get("unstable", ()))
        self.verdict: PodVerdict = scheduler.schedule(pod)

    def problems(self) -> Iterator[str]:
        """Every difference, a phrase each."""
        outcome = self.verdict.outcome
        if isinstance(outcome, Filtered) and self.truth.get("perNode") is not None and not self.truth.get("preFilter"):
            yield from self._nodes(outcome)
        else:
            if self.verdict.word not in WORDS[self.truth["verdict"]]:
                yield f"verdict is {self.truth['verdict']}, ours {self.verdict.word}"
            yield from self._before_filtering()
        yield from self._devices_alone()

    def _before_filtering(self) -> Iterator[str]:
        outcome = self.verdict.outcome
        if held := self.truth.get("preEnqueue"):
            ours = ""
            if isinstance(outcome, Held):
                ours = outcome.text
            elif isinstance(outcome, Gated):
                ours = f"waiting for scheduling gates: [{' '.join(outcome.gates)}]"
            if ours != json.loads(held["status"]):
                yield f"held by {held['status']}, ours {ours!r}"
        if self.truth.get("preFilter"):
            refused = [str(outcome.plugin), [outcome.reason]] if isinstance(outcome, RefusedByPreFilter) else None
            if self.truth["preFilter"] != refused:
                yield f"preFilter is {self.truth['preFilter']}, ours {refused}"
        if "condition" in self.truth and self.truth["verdict"] == "unschedulable":
            yield from self._message(self.verdict.message)

    def _message(self, ours: str) -> Iterator[str]:
        recorded: str = self.truth["condition"]["message"] if "condition" in self.truth else self.truth.get("message", "")
        recorded = recorded.removesuffix(self.truth.get("postFilter") or "").rstrip()
        if recorded != ours:
            yield f"message is {recorded!r}, ours {ours!r}"

    def _nodes(self, outcome: Filtered) -> Iterator[str]:
        recorded = self._recorded_nodes()
        settled: dict[str, str | tuple[str, frozenset[str]]] = {}
        for name, theirs in recorded.items():
            ours = outcome.verdicts.get(name)
            if name in self.unstable:
                settled[name] = theirs
                continue
            side = _side(ours)
            if isinstance(theirs, tuple) and theirs[0] in NOT_FOLLOWED and isinstance(ours, NotJudged):
                self.tally.nodes_not_judged += 1
                settled[name] = theirs
                continue
            settled[name] = side
            if side != theirs:
                yield f"{name} is {_shown(theirs)}, ours {_shown(side)}"
        if self.unstable:
            self.tally.pods_not_judged += 1
            return
        yield from self._whole(settled)

    def _whole(self, settled: Mapping[str, str | tuple[str, frozenset[str]]]) -> Iterator[str]:
        """The verdict and the message that the nodes' answers make together."""
        sides = set(settled.values())
        errors = {side for side in sides if isinstance(side, str) and side not in {"feasible", "unknown"}}
        word = "error" if errors else "fits" if "feasible" in sides else "unschedulable"
        if word != self.truth["verdict"]:
            yield f"verdict is {self.truth['verdict']}, ours {word}"
        elif word == "unschedulable":
            counts = Counter(reason for side in settled.values() if isinstance(side, tuple) for reason in side[1])
            reasons = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
            composed = f"0/{len(settled)} nodes are available: {reasons}."
            yield from self._message(composed)
            if self.verdict.message and self.verdict.message != composed:
                yield f"our message is {self.verdict.message!r}, composed {composed!r}"
        elif word == "error" and "condition" in self.truth and self.truth["condition"]["message"] not in errors:
            yield f"message is {self.truth['condition']['message']!r}, ours {sorted(errors)}"

    def _recorded_nodes(self) -> dict[str, str | tuple[str, frozenset[str]]]:
        nodes: dict[str, str | tuple[str, frozenset[str]]] = dict.fromkeys(self.truth.get("feasible") or (), "feasible")
        nodes |= {name: text for name, (_, (text, *_)) in (self.truth.get("errorNodes") or {}).items()}
        nodes |= {name: (plugin, frozenset(reasons)) for name, (plugin, reasons) in (self.truth.get("perNode") or {}).items()}
        return nodes

    def _devices_alone(self) -> Iterator[str]:
        if "dra" not in self.truth and "draPreFilter" not in self.truth:
            return
        ours = self.scheduler.devices_alone(self.pod)
        if "draPreFilter" in self.truth:
            recorded = self.truth["draPreFilter"]
            said = "skipped" if ours is None else [ours.reason] if isinstance(ours, RefusedByPreFilter) else "something else"
            if said != (recorded if isinstance(recorded, str) else recorded[1]):
                yield f"DynamicResources' PreFilter is {recorded}, ours {said}"
            return
        for name, recorded in self.truth["dra"].items():
            if name not in self.unstable:
                verdict = ours.get(name) if isinstance(ours, Mapping) else None
                theirs = "ok" if recorded[0] == "ok" else "error" if recorded[0] == "Error" else recorded[1]
                if _alone(verdict) != theirs:
                    yield f"DynamicResources on {name} is {recorded}, ours {_alone(verdict)}"


def _side(verdict: NodeVerdict | None) -> str | tuple[str, frozenset[str]]:
    match verdict:
        case Fits():
            return "feasible"
        case Refused():
            return (str(verdict.plugin), frozenset(verdict.reasons))
        case Errors():
            return verdict.text
        case NotJudged():
            return _side(verdict.otherwise)
        case CouldNotTell() | None:
            return "unknown"


def _alone(verdict: NodeVerdict | None) -> str:
    side = _side(verdict)
    if isinstance(verdict, Errors):
        return "error"
    return "ok" if side == "feasible" else side if isinstance(side, str) else ", ".join(sorted(side[1]))


def _shown(side: str | tuple[str, frozenset[str]]) -> str:
    return side if isinstance(side, str) else f"{side[0]}: {', '.join(sorted(side[1]))}"
