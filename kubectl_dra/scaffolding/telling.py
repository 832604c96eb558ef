"""Proof → the sentences that stand beside the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.prose import count, listed

if TYPE_CHECKING:
    from kubectl_dra.scaffolding.proof import Proof, ProvedDevices


def proof_sentences(proof: Proof) -> tuple[str, ...]:
    """How many match and can be had, what the values are, where it fits."""
    several = len(proof.devices) > 1
    lines = [_matches(one, named=several) for one in proof.devices]
    lines += [
        f"{each.name} is {each.asked} or more: devices of class {one.class_name} have {each.smallest} to {each.largest}"
        if each.smallest != each.largest
        else f"{each.name} is {each.asked} or more: all devices of class {one.class_name} have {each.smallest}"
        for one in proof.devices
        for each in one.ranges
    ]
    lines.append(_fits(proof))
    if proof.lacks_label:
        label = "resource.kubernetes.io/admin-access=true"
        lines.append(
            f"namespace {proof.lacks_label} lacks the label that admin access needs: kubectl label namespace {proof.lacks_label} {label}"
        )
    return tuple(lines)


def _matches(one: ProvedDevices, *, named: bool) -> str:
    who = f"request {one.request}: " if named else ""
    return f"{who}matches {one.matching} of {count(one.of_class, 'device')} of {one.class_name}, {one.available} free"


def _fits(proof: Proof) -> str:
    if proof.fits_now:
        return f"fits now on {listed(proof.fits_now)}"
    if proof.fits_when_free:
        return f"fits nowhere now: {proof.message.rstrip('.')}; with all devices given back it fits on {listed(proof.fits_when_free)}"
    return f"fits nowhere, even with all devices given back: {proof.message.rstrip('.')}"
