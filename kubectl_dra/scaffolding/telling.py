"""Proof → the sentences that stand beside the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.prose import count, listed

if TYPE_CHECKING:
    from kubectl_dra.scaffolding.proof import Proof, ProvedDevices


def proof_sentences(proof: Proof) -> tuple[str, ...]:
    """How many match and can be had, what the values are, where it fits."""
    several = len(proof.devices) > 1
    lines = [_matches(one, proof, named=several) for one in proof.devices]
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


def _matches(one: ProvedDevices, proof: Proof, *, named: bool) -> str:
    who = f"request {one.request}: " if named else ""
    free = "how many are free is not known" if proof.hides_users else f"{'at most ' if proof.hides_taints else ''}{one.available} free"
    return f"{who}matches {one.matching} of {count(one.of_class, 'device')} of {one.class_name}, {free}"


def _fits(proof: Proof) -> str:
    if proof.may_fit and not proof.fits_when_free:
        return "where it fits is not known"
    if proof.fits_now and (proof.hides_users or proof.hides_taints):
        return f"may fit now on {listed(proof.fits_now)}"
    if proof.fits_now:
        return f"fits now on {listed(proof.fits_now)}"
    if proof.fits_when_free:
        return f"fits nowhere now: {proof.message.rstrip('.')}; with all devices given back it fits on {listed(proof.fits_when_free)}"
    return f"fits nowhere, even with all devices given back: {proof.message.rstrip('.')}"
