"""What goes between the parent and the child: a head of JSON, and byte strings behind it, each with its length."""

import json
import struct
from typing import Any, BinaryIO

LENGTH = struct.Struct("!Q")


def send(pipe: BinaryIO, head: dict[str, Any], *parts: bytes) -> None:
    """One message.

    :raises OSError: nobody is there to take it
    """
    text = json.dumps(head | {"sizes": [len(part) for part in parts]}).encode()
    pipe.write(LENGTH.pack(len(text)))
    pipe.write(text)
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """The next message.

    :raises EOFError: there is no more, or not all of it
    """
    (length,) = LENGTH.unpack(_exactly(pipe, LENGTH.size))
    head: dict[str, Any] = json.loads(_exactly(pipe, length))
    return head, [_exactly(pipe, size) for size in head.pop("sizes")]


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
