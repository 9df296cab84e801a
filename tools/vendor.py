"""Refresh static/vendor/ from the npm registry (``make vendor``). Needs npm; nothing else does.

Each folder holds the files that browsers load, the licence, and ``vendor.json`` with name, version, licence, hashes.
The font is cut down to what this site shows; ``FONT_FILES`` says to what.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tools import vendored

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FONT = "@fontsource-variable/plus-jakarta-sans"
PACKAGES = ("bootstrap@5.3", "bootstrap-icons@1", "sass@1", "qr@0.7", "esbuild@0.28", f"{FONT}@5")
DECODER_FOR = "chrome80"  # the oldest browser; esbuild writes later syntax in older words
FONT_FILES = {  # the unicode-ranges of static/css/tokens.css; other letters are the system font's
    "latin": "U+0020-007E, U+00A0-00FF, U+2013-2014, U+2018-2019, U+201C-201D, U+2022, U+2026, U+2212",
    "latin-ext": "U+0100-024F, U+1E00-1EFF",  # fetched only where a name needs it
}
FONT_WEIGHTS = (400, 700)
FONT_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "calt", "tnum"]  # no fractions or old figures
LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", *PACKAGES], cwd=work, check=True)
        modules = work / "node_modules"
        take_bootstrap(work, modules / "bootstrap")
        take_icons(modules / "bootstrap-icons")
        take_decoder(work, modules / "qr")
        take_font(modules / FONT)
    vendored.write()


def fresh_folder(name: str, package: Path) -> Path:
    """An empty static/vendor/<name>/ with licence and origin."""
    target = VENDOR / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    origin = json.loads((package / "package.json").read_text())
    facts = {key: origin[key] for key in ("name", "version", "license")}
    (target / "vendor.json").write_text(json.dumps(facts, indent=2) + "\n")
    licence = next(package / name for name in LICENCE_NAMES if (package / name).exists())
    shutil.copyfile(licence, target / "LICENSE.txt")
    return target


def take_bootstrap(work: Path, package: Path) -> None:
    target = fresh_folder("bootstrap", package)
    modules = work / "node_modules"
    options = [f"--load-path={modules}", "--quiet", "--quiet-deps", "--no-source-map", "--style=compressed"]
    sass = [str(modules / ".bin" / "sass"), *options, str(ROOT / "tools" / "bootstrap.scss")]
    css = subprocess.run(sass, check=True, capture_output=True, text=True).stdout
    version = json.loads((package / "package.json").read_text())["version"]
    banner = f"/*! Bootstrap {version}, MIT: LICENSE.txt */\n"
    (target / "bootstrap.css").write_text(banner + images_as_files(without_source_map(css), target))


def without_source_map(css: str) -> str:
    """Without the comment that names a map which is not there: manifest storage refuses it."""
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def images_as_files(css: str, target: Path) -> str:
    """Every ``url("data:image/svg+xml,…")`` as a file of its own: the policy allows no data: images."""
    seen: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = seen.setdefault(match[1], f"image-{len(seen) + 1}.svg")
        (target / name).write_text(unquote(match[1]) + "\n")
        return f'url("{name}")'

    return re.sub(r"""url\(["']data:image/svg\+xml,(.*?)["']\)""", take, css)


def take_icons(package: Path) -> None:
    target = fresh_folder("bootstrap-icons", package)
    for sprite in ("icons", "icons-staff"):  # delegates do not load what only staff see
        names = (ROOT / "tools" / f"{sprite}.txt").read_text().split()
        symbols = "".join(symbol(name, (package / "icons" / f"{name}.svg").read_text()) for name in names)
        (target / f"{sprite}.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n')
    chevron = (package / "icons" / "chevron-down.svg").read_text()
    (target / "chevron-down.svg").write_text(chevron.replace("currentColor", "#55616E"))


def symbol(name: str, svg: str) -> str:
    paths = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    assert paths, name
    shapes = re.sub(r"\s*\n\s*", "", paths[1])
    return f'  <symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{shapes}</symbol>\n'


def take_decoder(work: Path, package: Path) -> None:
    """The reading half of ``qr`` as one module: two files of 170 KB come down to 35, and to 15 on their way."""
    target = fresh_folder("qr", package)
    (work / "decode.js").write_text('export { decodeQR } from "qr/decode.js";\n')
    options = ["--bundle", "--format=esm", "--minify", f"--target={DECODER_FOR}", "--legal-comments=none"]
    esbuild = [str(work / "node_modules" / ".bin" / "esbuild"), "decode.js", *options]
    script = subprocess.run(esbuild, cwd=work, check=True, capture_output=True, text=True).stdout
    version = json.loads((package / "package.json").read_text())["version"]
    (target / "decode.js").write_text(f"/*! qr {version}, MIT or Apache-2.0: LICENSE.txt */\n{script}")


def take_font(package: Path) -> None:
    target = fresh_folder("plus-jakarta-sans", package)
    for subset, ranges in FONT_FILES.items():
        font = TTFont(package / "files" / f"plus-jakarta-sans-{subset}-wght-normal.woff2", recalcTimestamp=False)
        cut_down(font, letters(ranges)).save(target / f"plus-jakarta-sans-{subset}.woff2")


def cut_down(font: TTFont, wanted: list[int]) -> TTFont:
    """These letters alone, in the weights that the style sheets use."""
    options = Options(layout_features=FONT_FEATURES, hinting=False, name_IDs=[0, 1, 2, 5, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    light = instancer.instantiateVariableFont(font, {"wght": FONT_WEIGHTS})
    light.flavor = "woff2"
    return light


def letters(ranges: str) -> list[int]:
    """Code points of a CSS unicode-range: ``U+0020-007E, U+2022``."""
    bounds = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
    return [point for ends in bounds for point in range(int(ends[0], 16), int(ends[-1], 16) + 1)]


if __name__ == "__main__":
    main()
