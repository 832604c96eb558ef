"""Rules about the source itself, where a slip would mislead someone."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = Path(__file__).parents[2] / "kubectl_dra"
FILES: Final = sorted(PACKAGE.rglob("*.py"))
NAMES: Final = [str(path.relative_to(PACKAGE)) for path in FILES]

BANNED_MODULES: Final = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
BANNED_PREFIXES: Final = ("get_", "do_", "handle_", "process_")


@pytest.fixture(scope="module", params=FILES, ids=NAMES)
def path(request: pytest.FixtureRequest) -> Path:
    """A file of the package."""
    found: Path = request.param
    return found


def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place_of(path: Path) -> str:
    """The file's folder in the package, or its own name."""
    return path.relative_to(PACKAGE).parts[0]


def calls(tree: ast.AST) -> Iterator[str]:
    """The dotted names that are called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_only_cli_prints_or_exits(path: Path) -> None:
    """Nothing but `cli` (and `python -m`) calls print or exits."""
    if path.name in {"cli.py", "__main__.py"}:
        return

    assert {"print", "sys.exit", "exit", "quit", "os._exit"} & set(calls(tree_of(path))) == set()


def test_only_cluster_and_cli_read_the_environment(path: Path) -> None:
    """The environment is read in two places."""
    if place_of(path) in {"cluster", "cli.py"}:
        return
    text = path.read_text(encoding="utf-8")

    assert "os.environ" not in text
    assert "os.getenv" not in text


def test_only_cluster_opens_files(path: Path) -> None:
    """Files are opened, read and written by the cluster package alone."""
    if place_of(path) in {"cluster", "cli.py"}:
        return

    assert {"open", "os.open", "io.open"} & set(calls(tree_of(path))) == set()


def test_only_style_knows_an_escape_code(path: Path) -> None:
    """No other file holds the escape character, in whatever spelling."""
    if path.name == "style.py":
        return
    strings = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]

    assert [text for text in strings if "\x1b" in text] == []


def test_only_cli_and_completion_catch_everything(path: Path) -> None:
    """`except Exception` stands where a bug becomes a sentence, and where a completion stays silent."""
    if path.name in {"cli.py", "completion.py"} or place_of(path) == "cluster":
        return
    caught = [ast.unparse(node.type) for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler) and node.type]

    assert {"Exception", "BaseException"} & set(caught) == set()


def test_names_say_something(path: Path) -> None:
    """No module is a drawer, and no function is called by an empty verb."""
    functions = [node.name.lstrip("_") for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]

    assert path.stem not in BANNED_MODULES
    assert [name for name in functions if name.startswith(BANNED_PREFIXES)] == []


def test_dataclasses_are_frozen(path: Path) -> None:
    """Every dataclass that others see is frozen and keyword-only, with slots unless it keeps what it has worked out."""
    classes = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]

    assert [
        node.name for node in classes if not all(word in decorator for decorator in dataclasses_of(node) for word in rules_for(node))
    ] == []


def test_structs_are_frozen(path: Path) -> None:
    """Every Struct that others see is frozen; what is derived from a frozen one is frozen, too."""
    classes = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    structs = [node for node in classes if "msgspec.Struct" in map(ast.unparse, node.bases)]

    assert [node.name for node in structs if "frozen=True" not in ast.unparse(node).partition(":\n")[0]] == []


def dataclasses_of(node: ast.ClassDef) -> list[str]:
    """The decorators that make a class a dataclass."""
    return [text for text in map(ast.unparse, node.decorator_list) if text.startswith("dataclass") and "transform" not in text]


def rules_for(node: ast.ClassDef) -> tuple[str, ...]:
    """What must stand in the decorator; a cached property needs a place that slots do not give."""
    return ("frozen=True", "kw_only=True") if "cached_property" in ast.unparse(node) else ("frozen=True", "kw_only=True", "slots=True")


def test_public_things_have_docstrings(path: Path) -> None:
    """Every public module, class and function says what it is."""
    tree = tree_of(path)
    things = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    silent = [node.name for node in things if not node.name.startswith("_") and not ast.get_docstring(node) and not is_inner(node, tree)]

    assert ast.get_docstring(tree) or path.name == "__init__.py"
    assert silent == []


def is_inner(wanted: ast.AST, tree: ast.Module) -> bool:
    """Whether a definition stands inside a function, or in a private class."""
    for node in ast.walk(tree):
        private = isinstance(node, ast.FunctionDef) or (isinstance(node, ast.ClassDef) and node.name.startswith("_"))
        if private and node is not wanted and any(child is wanted for child in ast.walk(node)):
            return True
    return False


def test_findings_do_not_know_one_another(path: Path) -> None:
    """A finding's file imports no other finding's."""
    if place_of(path) != "findings" or not path.name.startswith("dra"):
        return
    imports = [node.module or "" for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom)]

    assert [name for name in imports if name.startswith("kubectl_dra.findings.dra")] == []


def test_files_are_rooms() -> None:
    """The median file is short, and few are long."""
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES if path.name != "__init__.py")

    assert lengths[len(lengths) // 2] <= 150
    assert [length for length in lengths if length > 700] == []
