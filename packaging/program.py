"""What the built program runs."""

from kubectl_dra.__main__ import program

program()
