"""``python -m tests.conformance KIND PATH…``: how far this program agrees with what Kubernetes answered.

Each kind is a module beside this one with ``main(arguments) -> int``; it prints its disagreements (ten at most, ``--all`` for more) and
last one line ``A of B agree``.
"""

import importlib
import sys
from pathlib import Path

KINDS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith(("_", "record_", "test_")))


def main() -> int:
    """Run the comparison that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
        print(f"python -m tests.conformance KIND PATH…\nkinds: {', '.join(KINDS)}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"tests.conformance.{sys.argv[1]}")
    code: int = module.main(sys.argv[2:])
    return code


if __name__ == "__main__":
    sys.exit(main())
