"""Run before the program, in the built one only: msgspec takes typing_extensions where it is there, 10 ms for what typing has as well.

`kubectl_dra.cluster.oidc` takes the bar away before it imports what cannot do without.
"""

import sys

sys.modules["typing_extensions"] = None  # type: ignore[assignment]
