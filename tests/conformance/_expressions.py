"""A seed → random selectors and devices: typed by and large, and now and then not, so that every way to fail is met."""

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance._grammar import CHOSEN, DRIVER, GRAMMAR, LEAVES, TEXTS, TYPES, WORDS

_SLOT = re.compile(r"<([A-Za-z]+)(!?)(?: ([a-z]+))?>")


class Generator:
    """Writes one selector after the other."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._names: list[tuple[str, str]] = []

    def expression(self) -> str:
        """A selector."""
        return self._of("bool", self.random.choice((1, 2, 2, 3, 3, 4)))

    def _of(self, kind: str, depth: int) -> str:
        """An expression that should have a type; one in forty has another."""
        if self.random.random() < 0.025:
            kind = self.random.choice(TYPES)
        bound = [name for name, known in self._names if known == kind]
        if bound and self.random.random() < 0.4:
            return self.random.choice(bound)
        if depth <= 0 or self.random.random() < 0.15:
            return self._leaf(kind)
        return self._written(self.random.choice(GRAMMAR[kind]), depth - 1)

    def _leaf(self, kind: str) -> str:
        return self._written(self.random.choice(LEAVES[kind]), 0)

    def _written(self, text: str, depth: int) -> str:
        """A text of the grammar with its slots filled, from left to right."""
        chosen = {name: self.random.choice(types) for name, types in CHOSEN.items()}
        names = len(self._names)
        filled = _SLOT.sub(lambda slot: self._slot(slot, chosen, depth), text)
        del self._names[names:]
        return filled

    def _slot(self, slot: re.Match[str], chosen: Mapping[str, str], depth: int) -> str:
        name, alone, named = slot.groups()
        if name in WORDS:
            return self.random.choice(WORDS[name])
        if name == "name":
            self._names.append((self.random.choice("xykv"), chosen.get(named, named)))
            return self._names[-1][0]
        kind = chosen.get(name, name)
        return self._leaf(kind) if alone else self._of(kind, depth)


def device(chosen: random.Random) -> dict[str, Any]:
    """A device, with attributes that change their types now and then."""
    values: list[Any] = [
        {"bool": True},
        {"bool": False},
        {"int": 7},
        {"int": -3},
        {"string": "fish"},
        {"string": "1.2.3"},
        {"version": "1.2.3"},
        {"version": "2.0.0-rc.1"},
        {"ints": [1, 2, 3]},
        {"strings": ["a", "fish"]},
        {"versions": ["1.0.0", "1.2.3"]},
        {"bools": [True]},
    ]
    usual = {"b": 0, "f": 1, "i": 2, "j": 3, "s": 4, "t": 5, "v": 6, "w": 7, "li": 8, "ls": 9, "lv": 10, "lb": 11}
    lists = chosen.random() < 0.7
    names = {name: index for name, index in usual.items() if lists or index < 8}
    attributes = {
        name: values[index] if chosen.random() < 0.85 else values[chosen.randrange(12 if lists else 8)] for name, index in names.items()
    }
    attributes |= {"other.example.com/i": {"int": 1}, "other.example.com/s": {"string": chosen.choice(TEXTS)}}
    return {
        "driver": DRIVER,
        "attributes": attributes,
        "capacity": {"mem": chosen.choice(("80Gi", "40Gi", "1536Mi")), "cores": "1500m", "zero": "0", "other.example.com/mem": "10"},
        "allowMultipleAllocations": chosen.choice((None, True, False)),
    }


def questions(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Selectors with devices, as the oracle is asked."""
    generator = Generator(seed)
    for _ in range(count):
        environment = {
            "env": generator.random.choice(("", "", "", "NewExpressions")),
            "consumableCapacity": generator.random.random() < 0.8,
            "listTypeAttributes": generator.random.random() < 0.8,
        }
        yield {"expr": generator.expression(), **device(generator.random), **environment}
