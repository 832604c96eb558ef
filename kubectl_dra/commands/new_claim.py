"""``kubectl dra new-claim``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Command, NotAnswered, Text, UsageError
from kubectl_dra.commands.sources import load_inventory, open_source, require

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.commands.sources import Opened
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scaffolding.plan import Plan
    from kubectl_dra.scaffolding.proof import Proof
    from kubectl_dra.scaffolding.supply import Supply
    from kubectl_dra.scaffolding.wanted import Unwritable, Wanted
    from kubectl_dra.scaffolding.writing import Written

_DESCRIPTION = """\
Write a claim, or a template for claims, from devices that exist, and prove that it works.

 The manifest goes to standard output, the proof to standard error: how many devices match, how many can be had now, on which nodes it fits.
 What nothing satisfies is refused with the nearest that something does. Nothing is written to the cluster: pipe it to kubectl apply -f -.

 Each option belongs to the request before it. One request is described by --class or --like; several by repeating --request NAME=CLASS;
 --or CLASS begins an alternative to the one before it. --same and --distinct hold across all requests.
"""

_EXAMPLES = """\
# Two GPUs with at least 40Gi on one PCIe root, and a pod that uses them
kubectl dra new-claim --class gpu.example.com --count 2 --min memory=40Gi --same pcieRoot --pod

# A GPU like the one that is known to do, with its memory, or else any partition; for a Deployment
kubectl dra new-claim --like gpu-a1/gpu-0 --with memory --or mig.example.com --workload Deployment --name inference

# A GPU and a NIC that supports RDMA in one claim, all on one PCIe root; a claim that pods share
kubectl dra new-claim --request gpu=gpu.example.com --request nic=nic.example.com --with rdma=true --same pcieRoot --claim

# Ten slots of bandwidth on a shared device, then straight to the cluster
kubectl dra new-claim --class vlan.example.com --capacity bandwidth=10G --name uplink | kubectl apply -f -
"""

_KINDS = (
    *(kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE, kinds.DEVICE_CLASS, kinds.DEVICE_TAINT_RULE),
    *(kinds.NODE, kinds.POD, kinds.NAMESPACE, kinds.RUNTIME_CLASS),
)
_CONSUMERS = ("Deployment", "Job")
_VERSIONS = ("v1", "v1beta2", "v1beta1")


def _add_flags(parser: Parser) -> None:
    parser.add_step("", "--class", "The DeviceClass of the request")
    parser.add_step("", "--request", "Begin a request, as NAME=CLASS; may be repeated")
    parser.add_step("", "--or", "Begin an alternative of this DeviceClass, taken where those before it cannot be had")
    parser.add_step("", "--count", "How many devices")
    parser.add_step("", "--all", "All matching devices of a node", is_switch=True)
    parser.add_step("", "--like", "A device as NODE/DEVICE: its product, and the values of --with that name none")
    parser.add_step("", "--with", "NAME=VALUE: an attribute equal to it, a capacity of at least it; NAME: that of the --like device")
    parser.add_step("", "--min", "CAPACITY=QUANTITY: a capacity of at least that")
    parser.add_step("", "--where", "A CEL expression that must be true")
    parser.add_step("", "--capacity", "NAME=QUANTITY: how much to take of a shared device")
    parser.add_step("", "--tolerate", "Take devices with the taints that matching devices have, too", is_switch=True)
    parser.add_step("", "--admin", "Admin access: devices that others may hold", is_switch=True)
    parser.add_step("", "--same", "An attribute that all devices must have in common; may be repeated")
    parser.add_step("", "--distinct", "An attribute in which no two devices may agree; may be repeated")
    parser.add_value("", "--name", "Name of what is written; by default that of the request")
    parser.add_switch("", "--claim", "Write a ResourceClaim, which pods share, instead of a ResourceClaimTemplate")
    parser.add_switch("", "--pod", "Write a pod that uses it, too")
    parser.add_choice("", "--workload", "Write a workload that uses it, too.", _CONSUMERS)
    parser.add_choice("", "--api-version", "API version to write; by default the best that is served.", _VERSIONS)
    parser.add_switch("", "--force", "Write it even where nothing satisfies it")


def _run(options: Namespace) -> Text:
    from kubectl_dra.scaffolding.proof import prove  # noqa: PLC0415  (help writes nothing)
    from kubectl_dra.scaffolding.supply import supply_of  # noqa: PLC0415
    from kubectl_dra.scaffolding.telling import proof_sentences  # noqa: PLC0415
    from kubectl_dra.scaffolding.wanted import Unwritable  # noqa: PLC0415
    from kubectl_dra.scaffolding.writing import write  # noqa: PLC0415

    opened = open_source(options)
    try:
        wanted = _wanted(options)
        inventory = load_inventory(options, opened, *_KINDS, about=kinds.DEVICE_CLASS)
        require(inventory, kinds.RESOURCE_SLICE)
        supply = supply_of(inventory)
        planned = _planned(wanted, supply)
    except Unwritable as error:
        raise _mistake(error) from error
    written = write(planned, supply, options.api_version or _best_version(supply.inventory))
    proof = prove(planned, written, supply, opened.namespace)
    sentences = [*opened.notices, *_unread(supply.inventory), *proof_sentences(proof)]
    if not proof.may_fit and not options.force:
        return _refused(planned, supply, opened, proof, sentences)
    return Text(_output(written, options), "".join(f"{line}\n" for line in sentences))


def _wanted(options: Namespace) -> Wanted:
    from kubectl_dra.scaffolding.steps import wanted_of  # noqa: PLC0415  (help writes nothing)

    if options.pod and options.workload:
        raise UsageError("--pod and --workload both write what uses the claim; one of them is enough")
    return wanted_of(
        options.steps,
        name=options.name,
        namespace=options.namespace,
        is_claim=options.claim,
        consumer=options.workload or ("Pod" if options.pod else ""),
        api_version=options.api_version,
        is_forced=options.force,
    )


def _planned(wanted: Wanted, supply: Supply) -> Plan:
    from kubectl_dra.scaffolding.plan import plan  # noqa: PLC0415  (help writes nothing)

    if not supply.usable.devices and not supply.inventory.device_classes:
        raise NotAnswered("the cluster has no device and no DeviceClass, so no claim can be proved")
    return plan(wanted, supply)


def _mistake(error: Unwritable) -> UsageError | NotAnswered:
    return UsageError(error.message) if error.is_usage else NotAnswered(error.message)


def _best_version(inventory: Inventory) -> str:
    served = inventory.server.resource_versions if inventory.server is not None else None
    return next((version for version in _VERSIONS if served is None or version in served), "v1")


def _unread(inventory: Inventory) -> list[str]:
    """What could not be read, and what that makes uncertain."""
    from kubectl_dra.findings.view import uncertain_without  # noqa: PLC0415  (most clusters let everything be read)

    return [f"{one.kind.plural} could not be read, so {uncertain_without(one.kind.plural)} is not known" for one in inventory.unread]


def _refused(planned: Plan, supply: Supply, opened: Opened, proof: Proof, sentences: list[str]) -> Text:
    from kubectl_dra.scaffolding.nearest import nearest_that_fit, why_nothing  # noqa: PLC0415  (only where it is needed)

    nothing = why_nothing(planned, supply)
    if nothing:
        sentences = [*opened.notices, *nothing]
    near = nearest_that_fit(planned, supply, opened.namespace)
    lines = [*sentences, *(f"nearest: {sentence}" for sentence in near), "nothing is written; --force writes it all the same"]
    del proof
    return Text("", "".join(f"{line}\n" for line in lines), 1)


def _output(written: Written, options: Namespace) -> str:
    if options.output == "json":
        from kubectl_dra.apimachinery.decode import to_json  # noqa: PLC0415  (one format of two)

        items = [manifest.plain() for manifest in written.manifests]
        return to_json({"apiVersion": "v1", "kind": "List", "items": items}, indent=2).decode() + "\n"
    from kubectl_dra.rendering.manifest_text import write_manifests  # noqa: PLC0415

    return write_manifests(written.manifests)


COMMAND = Command(
    name="new-claim",
    usage="--class CLASS [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=("yaml", "json"),
)
