"""Several threads may come upon a type at once; the first time that msgspec looks into it is one thread's alone."""

import subprocess
import sys
from typing import Final

PROGRAM: Final = """\
import threading, time
import msgspec
from kubectl_dra.apimachinery import decode

def pause():
    time.sleep(0.02)   # the other threads arrive while the annotation is being read
    return int

class Inner(msgspec.Struct):
    number: "pause()" = 0
    text: str = ""

class Outer(msgspec.Struct):
    inner: Inner

def read():
    decode.decode_items(b'{"items":[{"inner":{"number":1,"text":"a"}}]}', Outer)
    decode.decode(b'{"inner":{"number":1,"text":"a"}}', Outer)
    decode.convert({"number": 1}, Inner)

threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
    time.sleep(0.005)
for thread in threads:
    thread.join()
print("read")
"""


def test_a_type_is_made_known_by_one_thread() -> None:
    """Without the lock this ends in a segmentation fault, so a process of its own runs it."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "read\n", "")
