"""A question as JSON → the answer of Kubernetes' own code, as JSON."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any, Literal, Self, TypeAlias

from tests.oracle.program import oracle_program

Kind: TypeAlias = Literal["allocate", "time-allocate", "cel", "time-cel"]
Answer: TypeAlias = dict[str, Any]


class Unanswerable(Exception):
    """The oracle cannot ask its release this question; the message says why."""


class Oracle:
    """One release's allocator or CEL environment.

    Questions and answers are those of `go/main.go`: an `allocate` question has `features`, `allocatedDevices`, `allocatedSharedDevices`,
    `aggregatedCapacity`, `classes`, `slices`, `claims` and `node` or `nodes`, and is answered with `implementation` and `expect`; a `cel`
    question has `expr`, `driver`, `attributes`, `capacity` and the environment's switches. The recorded cases of `../shared/data/vectors`
    are such questions. The kinds that begin with `time-` answer with `milliseconds` of each pass.

    Raises GoIsMissing where there is neither a built program nor Go.
    """

    def __init__(self, kind: Kind, release: str) -> None:
        self.kind = kind
        self.release = release
        program = oracle_program(release).built()
        self._process = subprocess.Popen([program, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, question: Mapping[str, object]) -> Answer:
        """The answer to one question. Raises Unanswerable."""
        self._write([question])
        return self._answer()

    def ask_all(self, questions: Sequence[Mapping[str, object]]) -> Iterator[Answer]:
        """The answers to many questions, in order. The oracle works on the next ones while an answer is looked at."""
        writer = Thread(target=self._write_on, args=(questions,), daemon=True)  # beside us, since neither pipe holds much
        writer.start()
        for _ in questions:
            yield self._answer()
        writer.join()

    def close(self) -> None:
        """End the program."""
        # Questions may still be on their way, from an iteration that somebody left: their writer would wait for ever, and we for it.
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _write_on(self, questions: Sequence[Mapping[str, object]]) -> None:
        with suppress(BrokenPipeError):  # closed meanwhile
            self._write(questions)

    def _write(self, questions: Sequence[Mapping[str, object]]) -> None:
        assert self._process.stdin
        for question in questions:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> Answer:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise Unanswerable(f"the oracle {self.kind} {self.release} ended with {self._process.wait()}")
        answer: Answer = json.loads(line)
        if "failure" in answer:
            raise Unanswerable(answer["failure"])
        return answer
