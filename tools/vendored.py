"""Hashes of the vendored files, kept beside them in ``vendor.json``: what is served is what was fetched.

``python -m tools.vendored`` says what differs; ``--write`` keeps the present hashes (``make vendor`` does).
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "static" / "vendor", ROOT / "pelatihan" / "papers" / "typst")


def notes() -> list[Path]:
    """Every ``vendor.json``."""
    return sorted(note for folder in FOLDERS for note in folder.rglob("vendor.json"))


def hashes(note: Path) -> dict[str, str]:
    """SHA-256 of each file beside the note, by name."""
    files = sorted(file for file in note.parent.iterdir() if file != note)
    return {file.name: "sha256-" + hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def write() -> None:
    for note in notes():
        facts = json.loads(note.read_text()) | {"files": hashes(note)}
        note.write_text(json.dumps(facts, indent=2) + "\n")


def changed() -> list[str]:
    """The files that are not what their note says, missing and added ones too."""
    found = []
    for note in notes():
        said, now = json.loads(note.read_text()).get("files", {}), hashes(note)
        names = {name for name in said.keys() | now.keys() if said.get(name) != now.get(name)}
        found += [str((note.parent / name).relative_to(ROOT)) for name in sorted(names)]
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    sys.exit("\n".join(changed()) or 0)
