"""A seed → a kubeconfig that somebody or something has damaged."""

import copy
import random
import string
from collections.abc import Mapping
from typing import TypeAlias

import yaml

from tests.connection.cases import CASES

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"

WORDS: tuple[Value, ...] = (
    None, "", " ", 0, 1, -5, 1.5, True, False, [], {}, [None], [[]], {"a": 1}, "x", "c", "u", "y", "no", "null", "~", "12:30", "0x1F",
    "https://127.0.0.1:2", "http://127.0.0.1:3", "127.0.0.1:4", "https://", "//", ":", "[::1]", "https://[::1]:6", "https://[::1",
    "https://a b", "https://a:b@127.0.0.1:7", "https://127.0.0.1:99999", "https://127.0.0.1:x", "HTTPS://127.0.0.1:8", "https:127.0.0.1",
    "https://127.0.0.1:9/a%2Fb/../c", "socks5://127.0.0.1:1", "gopher://x", "https://ex\u00e4mple.test", "/nowhere", "../..",
    "\x00", "\u202e", "a" * 5000,
)  # fmt: skip
KEYS = ("server", "token", "tokenFile", "as", "as-groups", "exec", "user", "cluster", "name", "namespace", "proxy-url", "kind", "extra")
CHARACTERS = "{}[]:,-'\"#&*!|>%@`~?\t\n\\ a0\u00e9\ufeff\x07"


def mutated(seed: int, values: Mapping[str, str]) -> str:
    """The text of one damaged kubeconfig; ``values`` are what the table's names stand for."""
    dice = random.Random(seed)
    texts = [text for case in CASES for text in case.files.values() if len(text) > 100]
    text = string.Template(dice.choice(texts)).safe_substitute(values)
    try:
        return _retyped(text, dice) if dice.random() < 0.4 else _restructured(text, dice)
    except RecursionError:  # an alias that stands for what it stands in
        return text


def _retyped(text: str, dice: random.Random) -> str:
    """Damage of an editor: characters lost, doubled, put elsewhere; lines as well."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        place = dice.randrange(len(text) + 1)
        lines = text.split("\n")
        number = dice.randrange(len(lines))
        choice = dice.randrange(7)
        if choice == 0:
            text = text[:place] + text[place + dice.randrange(1, 10) :]
        elif choice == 1:
            text = text[:place] + dice.choice(CHARACTERS) + text[place:]
        elif choice == 2:
            text = text[:place]
        elif choice == 3:
            text = "\n".join([*lines[:number], *lines[number + 1 :]])
        elif choice == 4:
            text = "\n".join([*lines[:number], lines[number], *lines[number:]])
        elif choice == 5:
            text = "\n".join([*lines[:number], " " * dice.randrange(4) + lines[number].lstrip(), *lines[number + 1 :]])
        else:
            text = text.replace(dice.choice(("x", "c", "u", "1", ":", ",")), dice.choice(("", "x", "c", "u", "2")), 1)
    return text


def _restructured(text: str, dice: random.Random) -> str:
    """Damage of a program: values of other types, keys lost and moved."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        nodes = list(_containers(document))
        if not nodes:
            break
        node = dice.choice(nodes)
        if isinstance(node, dict):
            key = dice.choice(list(node)) if node and dice.random() < 0.8 else dice.choice(KEYS)
            _change(node, key, dice, nodes)
        elif node:
            node[dice.randrange(len(node))] = dice.choice(WORDS)
        else:
            node.append(dice.choice(WORDS))
    return yaml.safe_dump(document, default_flow_style=dice.random() < 0.3, allow_unicode=dice.random() < 0.5)


def _change(node: dict[str, Value], key: str, dice: random.Random, nodes: list[dict[str, Value] | list[Value]]) -> None:
    choice = dice.randrange(4)
    if choice == 0:
        node.pop(key, None)
    elif choice == 1:
        node[dice.choice(KEYS)] = node.get(key)
    elif choice == 2:
        node[key] = copy.deepcopy(dice.choice(nodes))
    else:
        node[key] = dice.choice(WORDS)


def _containers(value: Value) -> list[dict[str, Value] | list[Value]]:
    if isinstance(value, dict):
        return [value, *(inner for child in value.values() for inner in _containers(child))]
    if isinstance(value, list):
        return [value, *(inner for child in value for inner in _containers(child))]
    return []
