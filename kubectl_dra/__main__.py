"""``python -m kubectl_dra``."""

from __future__ import annotations

from kubectl_dra.cli import program

if __name__ == "__main__":
    program()
