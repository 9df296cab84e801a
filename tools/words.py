"""Compile the Indonesian that Django lacks: ``locale/**/*.po`` to ``.mo``. Needs no gettext on the machine."""

from pathlib import Path

import polib

for source in sorted(Path("locale").rglob("*.po")):
    polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
