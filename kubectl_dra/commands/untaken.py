"""A flag of ``kubectl get`` that a command does not take → what takes its place."""

from __future__ import annotations

_SPELLINGS = {"-w": "--watch", "--watch-only": "--watch", "-f": "--filename", "-R": "--recursive", "-k": "--kustomize"}

_INSTEAD = {
    "--watch": "an answer is worked out from many objects and printed once; watch -n 5 kubectl dra {command} prints it every 5 seconds",
    "--filename": "--from FILE reads the cluster's state from files",
    "--recursive": "--from DIR reads a folder and those in it",
    "--kustomize": "kubectl kustomize DIR | kubectl dra {command} --from - reads what it builds",
    "--field-selector": "names stand behind the command, -l selects by label, and -o json can be filtered by jq",
    "--show-labels": "-o json has what there is to know",
}

_OF_COMMAND = {
    ("devices", "--field-selector"): "--node and --driver are what slices can be selected by, and --cel selects by any attribute",
    ("devices", "--show-labels"): "devices have attributes instead of labels, and -o wide shows all of them",
    ("pools", "--field-selector"): "--driver and the names of pools behind the command select",
    (
        "pools",
        "--show-labels",
    ): "a pool is no object and has no labels, but kubectl get resourceslices --show-labels has those of its slices",
}


def instead_of(command: str, flag: str) -> str:
    """A clause on what to use; empty for a flag that nobody would expect."""
    name = _SPELLINGS.get(flag, flag)
    return (_OF_COMMAND.get((command, name)) or _INSTEAD.get(name, "")).format(command=command)
