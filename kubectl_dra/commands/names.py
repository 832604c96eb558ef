"""Names that people type → the objects that they mean, or the nearest that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kubectl_dra.commands.command import NotAnswered, UsageError
from kubectl_dra.commands.parser import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from kubectl_dra.api.meta import NamespacedName, ObjectMeta
    from kubectl_dra.apimachinery.labels import Requirement

T = TypeVar("T")


def label_requirements(text: str) -> tuple[Requirement, ...]:
    """What ``-l`` asks for. Raises :class:`UsageError`."""
    from kubectl_dra.apimachinery.labels import BadSelector, parse  # noqa: PLC0415  (only with -l)

    try:
        return parse(text)
    except BadSelector as error:
        raise UsageError(str(error)) from error


def labelled(objects: Iterable[T], text: str, metadata: Callable[[T], ObjectMeta]) -> list[T]:
    """The objects whose labels meet ``-l``."""
    from kubectl_dra.apimachinery.labels import matches  # noqa: PLC0415  (only where objects are listed)

    wanted = label_requirements(text) if text else ()
    return [one for one in objects if matches(wanted, metadata(one).labels)]


def named(objects: Sequence[T], words: Sequence[str], what: str, name: Callable[[T], str]) -> list[T]:
    """The objects that ``words`` name, all where there are none. Raises :class:`NotAnswered` for a name that none has."""
    if not words:
        return list(objects)
    wanted = [word.rpartition("/")[2] if word.count("/") == 1 and what != "pool" else word for word in words]
    known = [name(one) for one in objects]
    for word in wanted:
        if word not in known:
            raise missing(what, word, known)
    return [one for one in objects if name(one) in wanted]


def missing(what: str, name: str, known: Iterable[str]) -> NotAnswered:
    """That there is no such object, with the nearest name."""
    return NotAnswered(f"there is no {what} {name}{did_you_mean(name, list(known))}")


def missing_in(what: str, namespace: str, name: str, known: Collection[NamespacedName]) -> NotAnswered:
    """That the namespace has no such object: with the namespaces that have one of the name, or the nearest name."""
    others = sorted({key.namespace for key in known if key.name == name})
    near = did_you_mean(name, [key.name for key in known if key.namespace == namespace])
    hint = f"; namespace {', '.join(others[:3])} has one: add -n {others[0]}" if others else near
    return NotAnswered(f"there is no {what} {name} in namespace {namespace}{hint}")


def unknown_column(by: str, known: Sequence[str]) -> UsageError:
    """The mistake of a ``--sort-by`` that names no column."""
    return UsageError(f"--sort-by {by} is none of: {', '.join(known)}{did_you_mean(by, known)}")
