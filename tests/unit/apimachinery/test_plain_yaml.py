"""The narrow form of YAML that is read without a YAML parser."""

import random

import pytest
import yaml

from kubectl_dra.apimachinery.plain_yaml import load_plain
from kubectl_dra.apimachinery.yaml_values import YamlError, load_first_yaml

KUBECONFIG = """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTi+/a=
    server: https://192.0.2.1:6443
  name: kind-dra
contexts:
- context:
    cluster: kind-dra
    namespace: ml
    user: kind-dra
  name: kind-dra
# a comment on a line of its own
current-context: "kind-dra"
kind: Config
preferences: {}
users:
  - name: kind-dra
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        args:
        - get-token
        - --cluster-id
        - 'a b'
        command: aws
        env: []
        installHint:
        interactiveMode: IfAvailable
"""


def parsed(text: str) -> object:
    """What the whole reader makes of a text; a YamlError where it refuses."""
    try:
        document = load_first_yaml(text)
    except YamlError as error:
        return error
    return document.value if document else None


def test_a_kubeconfig_as_programs_write_it_is_plain() -> None:
    """It reads as the whole reader reads it."""
    assert load_plain(KUBECONFIG.replace("        - --cluster-id\n", "")) == parsed(KUBECONFIG.replace("        - --cluster-id\n", ""))
    assert load_plain(KUBECONFIG.replace("        - --cluster-id\n", "")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1", "a: yes", "a: Null", "a: b # c", "a: &x b", "a: *x", "a: b\n  c", "a: {b: c}", "a: [b]", "a: |\n  b", "a: !x b", "a:\tb",
        "- - a", "a: b\na: c", "a: 12:30", "a: .5", "---\na: b", "a: b: c", "a: b:", "n: b", 'a: "b\\n"', "a: 'b''c'", "a: ~", "a : b",
        "? a\n: b", "a: b\r\n", "a: é", "a: 2026-01-01", "a: @b", "a: `b", "a: %b", "a: -b", "a: ? b", "  a: b", 'a: "b" c', "a: b\n - c",
    ],
)  # fmt: skip
def test_whatever_needs_care_is_not_plain(text: str) -> None:
    """It is left to the whole reader."""
    assert load_plain(text) is None


@pytest.mark.parametrize("seed", range(40))
def test_plain_readings_are_the_whole_readers(seed: int) -> None:
    """Of 100 damaged texts for each seed, those that are still plain mean what the whole reader says they mean."""
    dice = random.Random(seed)
    for _ in range(100):
        text = damaged(dice)
        plain = load_plain(text)
        if plain is not None:
            assert plain == parsed(text), text


def damaged(dice: random.Random) -> str:
    """The kubeconfig with characters and lines lost, doubled, moved."""
    text = KUBECONFIG
    for _ in range(dice.randrange(1, 6)):
        place = dice.randrange(len(text))
        lines = text.split("\n")
        number = dice.randrange(len(lines))
        choice = dice.randrange(6)
        if choice == 0:
            text = text[:place] + text[place + dice.randrange(1, 6) :]
        elif choice == 1:
            text = text[:place] + dice.choice(" -:#'\"{}[],&*!|>%@\n\ty01~?/=+.") + text[place:]
        elif choice == 2:
            text = "\n".join([*lines[:number], *lines[number + 1 :]])
        elif choice == 3:
            text = "\n".join([*lines[:number], " " * dice.randrange(8) + lines[number].lstrip(), *lines[number + 1 :]])
        elif choice == 4:
            text = "\n".join([*lines[:number], lines[number], *lines[number:]])
        else:
            text = text.replace(dice.choice(["kind-dra", "v1", "ml", "aws", "- ", "  "]), dice.choice(["no", "1", "", "x", "- "]), 1)
    return text


def test_written_values_read_back() -> None:
    """What PyYAML writes in block style is plain as long as it is made of words."""
    value: dict[str, object] = {"a": {"b": ["c", "d", {"e": "f/g:h"}], "i": {}}, "j": [], "k": None}
    text = yaml.safe_dump(value, default_flow_style=False).replace(" null", "")
    assert load_plain(text) == value
