"""What the built program runs."""

from kubectl_dra.cli import program

program()
