"""A command → what running it costs, as the kernel counted."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[3]
KUBECTL_DRA: Final = str(REPOSITORY / ".venv" / "bin" / "kubectl-dra")

Command = Sequence[str]


class CommandFailed(Exception):
    """A command that was to be measured ended with a failure; its time would mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Wall time and processor time in milliseconds, and the largest resident set in megabytes."""

    wall: float
    processor: float
    memory: float


def cost(command: Command, environment: Mapping[str, str] | None = None, accepted: Sequence[int] = (0,)) -> Cost:
    """Run a command once, its output thrown away. Raises CommandFailed for an exit code that is not accepted."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}  # such as: write no bytecode
    begun = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**usual, **(environment or {})},
    )
    assert process.stderr
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}: {complaint.decode(errors='replace')[-500:]}")
    return Cost(wall=wall * 1e3, processor=(usage.ru_utime + usage.ru_stime) * 1e3, memory=usage.ru_maxrss / 1e3)


def costs(commands: Sequence[Command], environment: Mapping[str, str] | None = None, rounds: int = 5) -> list[Cost]:
    """The least cost of each command, run in turns so that what else the machine does falls on all alike; the first turn warms up."""
    runs = [[cost(command, environment) for command in commands] for _ in range(rounds + 1)][1:]
    return [least([run[position] for run in runs]) for position in range(len(commands))]


def least(runs: Sequence[Cost]) -> Cost:
    """The least of each part: other work on the machine can add to it, and nothing can take from it."""
    return Cost(
        wall=min(run.wall for run in runs),
        processor=min(run.processor for run in runs),
        memory=min(run.memory for run in runs),
    )
