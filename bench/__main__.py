"""Run all measurements in a world of their own: temporary folder, own database, own server, this machine only.

``--write`` keeps the figures in bench/README.md; ``memory`` measures memory alone; ``sheets`` reads signed pages.
Ends by itself: after fifteen minutes at the latest, when something is named (faults take their time) after an hour.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pelatihan.trial.localpg.files import default_folder, socket_folder

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, MOST_SECONDS_NAMED = 900, 3600
FOREIGN = ("DEBUG", "DATABASE_URL", "LOCAL_PG_DIR", "LOCAL_PG_THROWAWAY", "BEHIND_PROXY", "HOST", "WEB_CONCURRENCY")


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-")).resolve()
    database = default_folder(folder)
    ours = {"PELATIHAN_DEMO": "1", "PELATIHAN_DATA": str(folder), "LOCAL_PG_DIR": str(database)}
    ours |= {"PELATIHAN_LEAST_SECONDS": "0"}  # visitors of a measurement do not read what they fill in
    ours |= {"SECRET_KEY": secrets.token_urlsafe(50), "DJANGO_SETTINGS_MODULE": "pelatihan.settings"}
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    most = MOST_SECONDS_NAMED if any(not name.startswith("--") for name in sys.argv[1:]) else MOST_SECONDS
    try:
        alone = sys.argv[1:2] == ["sheets"]  # needs no server
        command = [sys.executable, "-m", *(["bench.sheets", *sys.argv[2:]] if alone else ["bench.run", *sys.argv[1:]])]
        return subprocess.run(command, cwd=ROOT, env=kept | ours, timeout=most, check=False).returncode
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"The measurements were stopped after {most} seconds.\n")
        return 1
    finally:
        for place in (folder, database, socket_folder(database)):
            shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
