"""Things to read → the same, read by several threads at once, each of them once."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Value_co = TypeVar("_Value_co", covariant=True)


class Read(Generic[_Value_co]):
    """Something that is read once, by whichever thread comes first; others wait for it. What it raises is raised to everybody who asks."""

    def __init__(self, read: Callable[[], _Value_co]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._is_begun = False
        self._done = threading.Event()
        self._value: _Value_co | None = None
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Reads it, unless that has begun already. Raises nothing."""
        with self._lock:
            if self._is_begun:
                return
            self._is_begun = True
        try:
            self._value = self._read()
        except BaseException as error:  # noqa: BLE001  (kept, and raised where the value is asked for)
            self._failure = error
        finally:
            self._done.set()

    def value(self) -> _Value_co:
        """What was read; waits for it. Raises what reading raised."""
        self.finish()
        if self._failure is not None:
            raise self._failure
        return self._value  # type: ignore[return-value]  # set, where nothing was raised

    def value_if_ready(self) -> _Value_co | None:
        """What was read, None where it was not, or not yet."""
        return self._value if self._done.is_set() and self._failure is None else None

    def value_if_begun(self) -> _Value_co | None:
        """What was read, waiting for it; None where nobody has asked for it. Raises what reading raised."""
        with self._lock:
            if not self._is_begun:
                return None
        return self.value()

    def finish(self) -> None:
        """Returns when it was read, or could not be; raises nothing."""
        self.run()
        self._done.wait()


class Lanes:
    """Threads that read what is put before them in order, ``most`` things at a time. A program that ends does not wait for them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._queue: deque[Read[object]] = deque()
        self._running = 0

    def begin(self, reads: Iterable[Read[object]]) -> None:
        """Puts more behind what is there already, and returns at once."""
        with self._lock:
            self._queue.extend(reads)
            added = min(self._most - self._running, len(self._queue))
            self._running += added
        for _ in range(added):
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._running -= 1
                    return
                read = self._queue.popleft()
            read.run()


def run_side_by_side(reads: Iterable[Read[object]], lanes: int) -> None:
    """Begins all of ``reads``, ``lanes`` at a time, and returns at once."""
    Lanes(lanes).begin(reads)
