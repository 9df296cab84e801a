"""Child processes that end with their parent, even one that was killed outright."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def die_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """What a child runs first, so that the kernel sends it ``sign`` when its parent ends; None off Linux."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: little is safe after it

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, sign)

    return ask_kernel
