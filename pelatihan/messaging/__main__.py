"""``python -m pelatihan.messaging``: sends mails by itself, beside gunicorn, until told to end."""

import os
import sys

from pelatihan.messaging.watching import Ending, tell, watch

if __name__ == "__main__":
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        sys.exit("Set DATABASE_URL (see docs/operations.md).")
    watch(url, Ending(), tell)
