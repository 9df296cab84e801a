"""Who has ended is started again, and only make that was told to end ends the site."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


# ---- Below make ----------------------------------------------------------------------------------

CHILD = """
from pelatihan.trial.supervisor import Stopped, Supervisor
with Supervisor(print) as supervisor:
    print("begun", flush=True)
    input()
    try:
        supervisor.check()
        print("goes on")
    except Stopped:
        print("ends")
"""
PARENT = """
import signal, subprocess, sys
open("/proc/self/comm", "w").write(sys.argv[1])
child = subprocess.Popen([sys.executable, "-c", sys.argv[2]], stdin=-1, stdout=-1, text=True)
child.stdout.readline()
signal.signal(signal.SIGUSR1, lambda *_: None)
print(child.communicate("\\n")[0])
"""


@pytest.mark.parametrize(("parent", "does"), [("make", "ends"), ("python", "goes on")])
def test_only_make_that_changes_its_handlers_was_told_to_end(parent, does):
    """Between make and the site may stand something else, which changes its own for reasons of its own."""
    command = [sys.executable, "-c", PARENT, parent, CHILD]
    environment = os.environ | {"MAKELEVEL": "1"}

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout.strip() == does
