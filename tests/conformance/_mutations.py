"""Selectors with mistakes in them, and bytes that are no selectors."""

import random
from collections.abc import Iterator

from tests.conformance._expressions import Generator

PIECES = (
    *("(", ")", "[", "]", "{", "}", '"', "'", "\\", "?", ".", "&&", "||", "!", "-", "%", ",", ":", "@", "$", "_", "`", "//", "\n", "\t"),
    *("in", "null", "true", "cel.bind(", "optional.of(", ".map(x,", "has(", "1e999", "b'", 'r"', '"""', "0x", "u", "e", "9" * 30),
    *("\u0000", "\ud83d\ude00", "\U0001f600", "é", "\ufeff"),
)


def mutations(seed: int, count: int) -> Iterator[str]:
    """Three of four are random selectors with one to six mistakes, the others random bytes."""
    generator = Generator(seed)
    chosen = generator.random
    for number in range(count):
        yield mutated(generator.expression(), chosen) if number % 4 else chosen.randbytes(chosen.randrange(60)).decode(errors="replace")


def mutated(text: str, chosen: random.Random) -> str:
    """The text with letters left out, doubled, or put in."""
    letters = list(text)
    for _ in range(chosen.randint(1, 6)):
        position = chosen.randrange(len(letters) + 1)
        kind = chosen.random()
        if kind < 0.3:
            del letters[position : position + 1]
        elif kind < 0.6:
            letters.insert(position, chosen.choice(PIECES))
        elif kind < 0.8:
            letters[position:position] = letters[position : position + chosen.randint(1, 20)]
        else:
            letters.insert(position, chr(chosen.choice((chosen.randrange(128), chosen.randrange(0x110000)))))
    return "".join(letters)
