"""How style sheets are served: what they ``@import`` becomes part of them, so that a page loads one file."""

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

type Paths = dict[str, tuple[Storage, str]]


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files, each style sheet with its imports in it, modules' imports hashed too."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        for name in [name for name in paths if name.endswith(".css") and not dry_run]:
            css = read(paths, name)
            if IMPORT.search(css):
                self.delete(name)
                self._save(name, ContentFile(bundle(paths, name).encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


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
