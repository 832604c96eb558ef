"""How full a pipe is: whether somebody reads it, or waits for somebody who does."""

import fcntl
import termios
from array import array


def waiting_in(pipe: int) -> int:
    """Bytes that nobody has read yet; either end tells."""
    number = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, number)
    return number[0]
