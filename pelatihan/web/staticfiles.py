"""How style sheets and scripts are served: a sheet with what it ``@import``s, a script without its comments."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath, relpath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<file>[^"]+)"\);\n?')
ADDRESS = re.compile(r'url\("(?!data:|https?:|/|#)(?P<file>[^"]+)"\)')

# What a script goes without: comments, also behind a line unless they may be a text, and indents. No text spans lines.
COMMENT = re.compile(r"""^[ ]*//.*\n|[ ]+//[ ][^"'`\n]*$|^[ ]+""", re.MULTILINE)

type Paths = dict[str, tuple[Storage, str]]


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files, sheets with their imports in them, modules' imports hashed too."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in [name for name in paths if not dry_run]:
            before = read(paths, name) if name.endswith((".css", ".js")) else ""
            after = served(paths, name) if before else ""
            if after != before:
                self.delete(name)
                self._save(name, ContentFile(after.encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def served(paths: Paths, name: str) -> str:
    """A sheet or a script as it goes out; scripts of others stay as they are."""
    if name.endswith(".css"):
        return bundle(paths, name)
    return bare(read(paths, name)) if name.startswith("js/") else read(paths, name)


def bare(script: str) -> str:
    """Without comments and indents."""
    return COMMENT.sub("", script)


def read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")


def bundle(paths: Paths, name: str) -> str:
    """The style sheet with every imported one in place, addresses as seen from where it stands."""
    folder = PurePosixPath(name).parent

    def take(match: re.Match[str]) -> str:
        imported = normpath(f"{folder}/{match['file']}")
        return moved(bundle(paths, imported), PurePosixPath(imported).parent, folder)

    return IMPORT.sub(take, read(paths, name))


def moved(css: str, origin: PurePosixPath, target: PurePosixPath) -> str:
    """Relative addresses of a style sheet that moves from one folder into another."""

    def take(match: re.Match[str]) -> str:
        return f'url("{relpath(f"{origin}/{match['file']}", str(target))}")'

    return ADDRESS.sub(take, css)
