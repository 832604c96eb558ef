"""``python -m tests.connection.ours FLAGS… PATH``: what ``kubectl FLAGS… get --raw PATH`` does, through this project's connection.

Exit codes: 0 the body is on standard output, 2 usage, 3 no answer; the error's class and sentence go to standard error.
"""

import argparse
import sys

from msgspec.structs import fields

from kubectl_dra.cluster.apiserver import connect
from kubectl_dra.cluster.errors import ClusterError, MisusedOption
from kubectl_dra.cluster.options import ConnectionOptions

_BOOLEAN = ("insecure_skip_tls_verify", "disable_compression")
_REPEATED = ("as_group", "as_user_extra")


def main() -> int:
    """Runs one request."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for option in fields(ConnectionOptions):
        flag = "--" + option.name.rstrip("_").replace("_", "-")
        if option.name in _BOOLEAN:
            parser.add_argument(flag, dest=option.name, action="store_true", default=option.default)
        elif option.name in _REPEATED:
            parser.add_argument(flag, dest=option.name, action="append", default=[])
        elif option.name == "verbosity":
            parser.add_argument("-v", dest=option.name, type=int, default=0)
        else:
            parser.add_argument(*(["-n", flag] if option.name == "namespace" else [flag]), dest=option.name, default=option.default)
    parser.add_argument("path")
    arguments = vars(parser.parse_args())
    path = arguments.pop("path")
    arguments.update({name: tuple(arguments[name]) for name in _REPEATED})
    try:
        sys.stdout.buffer.write(connect(ConnectionOptions(**arguments)).get(path))
    except ClusterError as error:
        sys.stderr.write(f"{type(error).__name__}: {error.message}\n")
        return 2 if isinstance(error, MisusedOption) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
