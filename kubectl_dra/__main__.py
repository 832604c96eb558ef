"""``python -m kubectl_dra``."""

from __future__ import annotations

import sys

from kubectl_dra.cli import main

if __name__ == "__main__":
    sys.exit(main())
