"""``python -m pelatihan.jobs``: has mails sent and long acts carried out, beside gunicorn, until told to end."""

import os
import sys

from pelatihan.jobs.watching import Ending, tell, watch

if __name__ == "__main__":
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        sys.exit("Set DATABASE_URL (see docs/operations.md).")
    watch(url, Ending(), tell)
