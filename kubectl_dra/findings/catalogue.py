"""Every code in order → its name, its one line, its file and its page; loaded only when asked for by code or name.

Codes and names are API: a code is never given to another obstacle, and one that is no longer found stays here as retired.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kubectl_dra.findings.finding import Facts


class Entry(NamedTuple):
    """One line of the catalogue; ``retired`` names the version that last found it."""

    code: str
    name: str
    summary: str
    retired: str = ""

    @property
    def module(self) -> str:
        """The finding's own file, without folder and ending."""
        words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.name)
        return f"{self.code}_{words}".lower()


CATALOGUE: tuple[Entry, ...] = (
    # 0xx: the view
    Entry("DRA001", "ResourceGroupNotServed", "The API server does not serve resource.k8s.io, so no claim can be allocated"),
    Entry("DRA002", "KindForbidden", "A kind that decides could not be read for lack of permission"),
    Entry("DRA003", "KindUnreadable", "A kind that decides could not be read because the request failed"),
    Entry("DRA005", "ReleaseNotFollowed", "The server's release is not one whose scheduler is reproduced"),
    Entry("DRA006", "SchedulerDisagrees", "The scheduler refuses a pod that the objects say would fit"),
    Entry("DRA007", "VerdictUndecided", "What was read does not decide whether the pod fits"),
    # 1xx: request and selection
    Entry("DRA101", "NoDeviceSelected", "The selectors of a request are false on every device that the pod could reach"),
    Entry("DRA102", "SelectorFailsOnDevice", "A selector ends in an error on a device that the scheduler reaches; the attempt ends there"),
    Entry("DRA103", "StoredSelectorDoesNotCompile", "A stored selector is refused by the scheduler's CEL environment"),
    Entry("DRA104", "DeviceClassNotFound", "A request names a DeviceClass that does not exist"),
    Entry("DRA105", "ClassSelectsNothing", "The selectors of a DeviceClass are false on every device that the pod could reach"),
    Entry("DRA106", "TooManyDevicesRequested", "A claim asks for more than the 32 devices that one claim may hold"),
    Entry("DRA107", "CapacityNotOffered", "A request names a capacity that the devices do not have under that name"),
    Entry("DRA108", "CapacityAmountNotAllowed", "A request asks for an amount that the devices' request policy does not allow"),
    Entry("DRA109", "ClaimNotFound", "The pod names a ResourceClaim that does not exist"),
    Entry("DRA110", "TemplateNotFound", "The pod names a ResourceClaimTemplate that does not exist in its namespace"),
    Entry("DRA111", "ClaimNotGenerated", "The template exists, and the claim for the pod was not made yet"),
    Entry("DRA112", "ClaimNotOwnedByPod", "The claim recorded for a template entry belongs to another pod"),
    Entry("DRA113", "ClaimCreationRefused", "The API server refuses the claim that the template generates"),
    Entry("DRA114", "AdminAccessNotLabelled", "adminAccess is asked for in a namespace without the label that allows it"),
    Entry("DRA115", "ExtendedResourceUnknown", "No DeviceClass maps the extended resource and no node offers it"),
    Entry("DRA116", "ExtendedResourceFromDevicePlugin", "A device plugin offers the extended resource there, so DRA devices do not count"),
    Entry("DRA117", "ContainerWithoutClaim", "No container lists the pod's claim, so nothing of it reaches a container"),
    Entry("DRA119", "RequestNotUnderstood", "A request uses a field whose feature the scheduler does not have on"),
    # 2xx: allocation, sharing, reservation
    Entry("DRA201", "DevicesAllocated", "Devices that would do exist, and other claims hold too many of them"),
    Entry("DRA202", "DevicesHeldByIdleClaims", "Devices that would do are held by claims that no pod uses"),
    Entry("DRA203", "NotEnoughOnOneNode", "Enough devices are free in the cluster, too few of them on any one node"),
    Entry("DRA204", "AllModeDeviceUnavailable", "allocationMode All wants every matching device, and one of them cannot be had"),
    Entry("DRA205", "CountersExhausted", "A partition is free, and too little is left of the shared counters it consumes"),
    Entry("DRA206", "CapacityExhausted", "A shared device does, and too little of its capacity is left"),
    Entry("DRA207", "ClaimPinnedToOtherNode", "The claim is allocated for nodes where the pod may not run"),
    Entry("DRA208", "ClaimReservationsExhausted", "The claim is reserved for 256 consumers, the most there can be"),
    Entry("DRA209", "ClaimWriteConflicts", "Many pods reserve one claim at the same time and get in each other's way"),
    Entry("DRA210", "ClaimBeingDeleted", "The claim is being deleted and something keeps it"),
    Entry("DRA211", "PreemptionNotPossible", "Pods of lower priority hold the devices, and the scheduler does not preempt for devices"),
    Entry("DRA212", "CompatibilityGroupsDiffer", "Partitions of one device cannot be used together with those in use"),
    Entry("DRA213", "RequestsCompete", "Each request fits alone, and together they want more devices than a node has"),
    # 3xx: inventory: pools, drivers, nodes
    Entry("DRA301", "PoolIncomplete", "A pool has fewer slices than it announces"),
    Entry("DRA302", "DriverPublishesNothing", "The driver that a class selects publishes no device"),
    Entry("DRA303", "PoolBreaksItsRules", "A pool names a device twice, or a counter set that no slice declares"),
    Entry("DRA304", "DeviceTaintNotTolerated", "Devices that would do carry a taint that the request does not tolerate"),
    Entry("DRA305", "DriverNotRunningOnNode", "A node's devices are still offered, and no driver runs there"),
    Entry("DRA306", "DevicePluginBesideDriver", "A device plugin and a DRA driver both offer the hardware of one node"),
    Entry("DRA307", "SliceWithoutPool", "A ResourceSlice names no pool"),
    Entry("DRA308", "SliceOfOldGeneration", "A ResourceSlice belongs to an older generation of its pool and is passed over"),
    Entry("DRA309", "DevicesOnOtherNodes", "Devices that would do belong to other nodes than those the pod can use"),
    Entry("DRA311", "BindingConditionsUnsupported", "Devices that would do need binding conditions, whose feature is off"),
    Entry("DRA312", "CountersUnsupported", "Devices that would do consume shared counters, whose feature is off"),
    Entry("DRA313", "NodeExcluded", "The nodes with devices are cordoned, or the pod's selector or affinity leaves them out"),
    Entry("DRA314", "NodeTaintNotTolerated", "The nodes with devices carry a taint that the pod does not tolerate"),
    Entry("DRA315", "NodeResourcesShort", "The nodes with devices lack CPU, memory or room for another pod"),
    Entry("DRA316", "NodeRefusesPod", "The nodes with devices refuse the pod for a reason that has nothing to do with devices"),
    Entry("DRA317", "OptionalNodeOperationsUnsupported", "Devices that would do skip node operations, which the node does not support"),
    # 4xx: constraints
    Entry("DRA401", "ConstraintNotSatisfiable", "Enough devices match, and no combination of them meets the constraint"),
    Entry("DRA402", "ConstraintAttributeMissing", "Devices that match lack the attribute of a constraint"),
    Entry("DRA403", "AllocatorTimesOut", "The scheduler gives up the search after its time limit"),
    # 5xx: after scheduling
    Entry("DRA501", "BindingConditionsPending", "Devices are allocated, and binding waits for conditions that nobody has set"),
    Entry("DRA502", "BindingConditionFailed", "An external controller reports that a device cannot be bound"),
    Entry("DRA503", "PreparationFailed", "The kubelet cannot prepare the pod's devices"),
    Entry("DRA504", "PodNotReserved", "The pod has a node, and its claim is not allocated or not reserved for it"),
    Entry("DRA505", "DeviceNotReady", "The driver reports an allocated device as not ready"),
    Entry("DRA506", "PodEvictedByDeviceTaint", "A device taint evicted the pod"),
    Entry("DRA507", "ContainerCreationFailed", "Devices are allocated and prepared, and the container runtime fails"),
    Entry("DRA508", "DeviceReusedAfterForceDelete", "An earlier pod was deleted by force, and its devices may still be in use"),
    # 6xx: control plane, features, quota, other schedulers
    Entry("DRA601", "QuotaExceeded", "A ResourceQuota refuses the claim or the pod"),
    Entry("DRA602", "RuntimeClassNotFound", "The pod's RuntimeClass does not exist, so its owner cannot create it"),
    Entry("DRA603", "SchedulingGated", "A scheduling gate holds the pod; the scheduler has not looked at it"),
    Entry("DRA604", "FieldsDropped", "The API server dropped fields of a feature that is off"),
    Entry("DRA605", "OtherSchedulerDecides", "Another scheduler than kube-scheduler decides about the pod"),
    Entry("DRA606", "StatusRightsMissing", "An account that writes claim status lacks a right that 1.36 and later ask for"),
    Entry("DRA607", "PodCreationRefused", "The owner cannot create its pods"),
    Entry("DRA608", "SchedulerSilent", "Nothing stands in the pod's way, and no scheduler has looked at it"),
    Entry("DRA609", "WorkloadWantsNoPods", "The workload is suspended or wants no pods"),
    # 9xx: manifests
    Entry("DRA901", "SelectorDoesNotCompile", "The API server refuses a selector because CEL cannot compile it"),
    Entry("DRA902", "SelectorTooCostly", "The API server refuses a selector because it may take too long"),
    Entry("DRA903", "VersionNotServed", "A manifest is written in an API version that the release does not have"),
    Entry("DRA904", "UnknownField", "A manifest has a field that its kind does not have in that version"),
    Entry("DRA905", "ValueOfWrongType", "A field holds a value of a type that it cannot hold"),
    Entry("DRA906", "FieldRefused", "The API server refuses the value of a field"),
    Entry("DRA907", "VersionOffByDefault", "A manifest is written in a version that API servers do not serve unless told to"),
    Entry("DRA908", "ReferenceNotInFiles", "A pod names a claim or a template that none of the files has"),
    Entry("DRA909", "AlternativeNeverReached", "An alternative of firstAvailable takes nothing that an earlier one would not take first"),
    Entry("DRA910", "DomainExpected", "A selector looks an attribute up where the domain of attributes belongs"),
    Entry("DRA911", "VersionLiteralMalformed", "A selector compares with a version that is none"),
    Entry("DRA912", "ManifestUnreadable", "A file cannot be read as manifests"),
    Entry("DRA913", "ContainerClaimNotInPod", "A container lists a claim that its pod does not have"),
)

BANDS: tuple[tuple[str, str], ...] = (
    ("0", "the view: permissions, API, release"),
    ("1", "request and selection"),
    ("2", "allocation, sharing, reservation"),
    ("3", "inventory: pools, drivers, nodes"),
    ("4", "constraints"),
    ("5", "after scheduling: binding, preparation, eviction"),
    ("6", "control plane, features, quota, other schedulers"),
    ("9", "manifests"),
)


def find_entry(code_or_name: str) -> Entry | None:
    """The entry of a code or a name, in whatever case; None for one that is not in the catalogue."""
    wanted = code_or_name.casefold()
    return next((entry for entry in CATALOGUE if wanted in (entry.code.casefold(), entry.name.casefold())), None)


def facts_class(entry: Entry) -> type[Facts]:
    """The class that states an entry's facts; imports the finding's file."""
    found: type[Facts] = getattr(import_module(f"kubectl_dra.findings.{entry.module}"), entry.name)
    return found


def page(entry: Entry) -> str:
    """The page of an entry, Markdown."""
    return files("kubectl_dra.findings").joinpath("pages", f"{entry.code}.md").read_text(encoding="utf-8")


def nearest_entries(code_or_name: str) -> tuple[Entry, ...]:
    """At most three entries whose code or name is spelled much like ``code_or_name``."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a code that is not there

    by_spelling = {name.casefold(): entry for entry in CATALOGUE for name in (entry.code, entry.name)}
    return tuple(by_spelling[spelling] for spelling in get_close_matches(code_or_name.casefold(), by_spelling, n=3, cutoff=0.6))
