"""The kit that every page is made of: vendored files, style sheets, icons, templates, forms, error pages."""

import gzip
import json
import re
from pathlib import Path, PurePosixPath

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import Storage
from django.core.management import call_command
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState
from pelatihan.web.staticfiles import BundledStaticFilesStorage, bare, bundle, moved, served
from pelatihan.web.tags import (
    ATTENDANCE_ICONS,
    MESSAGE_LOOKS,
    SPRITE,
    STAFF_ICONS,
    STAFF_SPRITE,
    STATUS_ICONS,
    attendance_state,
    status,
)
from tests.factories import AngkatanFactory, UserFactory

STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SHEETS = sorted(path for path in STATIC.rglob("*.css"))
VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())


def name_of(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_vendored_folder_states_its_licence(folder):
    facts = json.loads((folder / "vendor.json").read_text())

    assert all(facts[key] for key in ("name", "version", "license"))
    assert (folder / "LICENSE.txt").stat().st_size > 500


@pytest.mark.parametrize("sheet", SHEETS, ids=name_of)
def test_style_sheet_asks_nothing_forbidden(sheet):
    css = sheet.read_text()

    assert "url(data:" not in css.replace('"', "").replace("'", "")
    assert "sourceMappingURL" not in css
    assert "://" not in css


def whole(name: str) -> str:
    storage = StaticFilesStorage(location=STATIC)
    paths: dict[str, tuple[Storage, str]] = {
        str(path.relative_to(STATIC)): (storage, str(path.relative_to(STATIC))) for path in SHEETS
    }
    return bundle(paths, name)


@pytest.mark.parametrize("page", ["organiser", "desk"])
def test_style_sheets_of_a_page_stay_within_budget(page):
    sizes = [len(gzip.compress(whole(f"css/{name}.css").encode())) for name in ("site", page)]

    assert sum(sizes) <= 16 * 1024


def test_bundled_sheet_holds_its_imports():
    css = whole("css/site.css")

    assert "@import" not in css
    assert ".form-control:focus{" in css  # of Bootstrap
    assert "--line-strong: #758391" in css


def test_collected_files_are_whole_and_name_each_other(tmp_path, settings, monkeypatch):
    """Collected as for a server, but not compressed, which takes most of the time and is WhiteNoise's own."""
    monkeypatch.setattr(BundledStaticFilesStorage, "compress_files", lambda self, paths: iter(()))
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "pelatihan.web.staticfiles.BundledStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)

    sheet = next(tmp_path.glob("css/site.????????????.css"))
    addresses = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert "@import" not in sheet.read_text()
    assert len(addresses) >= 2
    assert all((sheet.parent / address).exists() for address in addresses)

    script = next(tmp_path.glob("js/decoder.????????????.js")).read_text()
    reader = next(tmp_path.glob("vendor/qr/decode.????????????.js"))
    assert f'import("../vendor/qr/{reader.name}")' in script
    assert "//" not in script
    assert reader.read_bytes() == (STATIC / "vendor/qr/decode.js").read_bytes()


def test_script_loses_its_comments_and_indents_alone():
    script = '// why\nif (a) {\n  // because\n  go("https://x // y"); // now\n  go(`${a}`); // don\'t\n  b = 1 //2\n}\n'

    assert bare(script) == 'if (a) {\ngo("https://x // y");\ngo(`${a}`); // don\'t\nb = 1 //2\n}\n'


@pytest.mark.parametrize("script", sorted((STATIC / "js").glob("*.js")), ids=name_of)
def test_no_line_of_a_script_is_a_comment_by_its_looks_alone(script):
    """Within a text that spans lines, what begins with // would be no comment."""
    lines = re.sub(r"/\[[^\]]*\]/", "", script.read_text()).splitlines()

    assert [line for line in lines if line.count("`") % 2] == []


def script_as_served(name: str) -> str:
    storage = StaticFilesStorage(location=STATIC)
    return served({name: (storage, name)}, name)


def test_addresses_move_with_their_sheet():
    css = moved('a { background: url("img/x.svg") }', PurePosixPath("vendor/b"), PurePosixPath("css"))

    assert css == 'a { background: url("../vendor/b/img/x.svg") }'


def test_every_address_in_a_sheet_exists():
    for address in re.findall(r'url\("([^"]+)"\)', whole("css/site.css") + whole("css/organiser.css")):
        assert (STATIC / "css" / address).exists(), address


def test_icons_used_are_in_the_sprite():
    files = {sprite: (STATIC / sprite).read_text() for sprite in (SPRITE, STAFF_SPRITE)}
    drawn = {sprite: set(re.findall(r'symbol id="([\w-]+)"', text)) for sprite, text in files.items()}
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    used |= {*STATUS_ICONS.values(), *ATTENDANCE_ICONS.values(), "dash-circle"}
    used |= {look[1] for look in MESSAGE_LOOKS.values()}

    assert drawn[STAFF_SPRITE] == set(STAFF_ICONS)
    assert used - STAFF_ICONS - drawn[SPRITE] == set()


def test_every_state_has_its_word_and_picture():
    badges = [status(value) for value in Status] + [attendance_state(value) for value in AttendanceState]

    assert all(
        f"</svg>{value.label}</span>" in badge for value, badge in zip([*Status, *AttendanceState], badges, strict=True)
    )
    assert "</svg>Belum</span>" in attendance_state(None)


def tabs_of(role: str) -> list[str]:
    request = RequestFactory().get("/")
    request.user = UserFactory(role=role)
    context = Context({"request": request, "angkatan": AngkatanFactory(), "tab": "board"})
    return re.findall(r">([^<]+)</a>", Template("{% committee_tabs %}").render(context))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("panitia", ["Papan", "Presensi", "Rekap", "Cetak", "Pengaturan"]),
        ("petugas", ["Papan", "Presensi"]),
        ("verifikator", ["Papan", "Pengaturan"]),
        ("pemantau", ["Papan", "Rekap", "Pengaturan"]),
    ],
)
def test_tabs_show_only_what_one_may_open(role, words):
    assert tabs_of(role) == words


@pytest.mark.django_db
def test_organiser_page_carries_letterhead_and_foot():
    request = RequestFactory().get("/panitia/2019-ii/?q=rahasia")
    request.user = UserFactory(role="panitia")
    html = render_to_string("base_organiser.html", {"angkatan": AngkatanFactory(number=2), "tab": "board"}, request)

    assert '<span class="brand-name">Angkatan II 2019</span>' in html
    assert "Rina Kartika" in html
    assert re.search(r'<form class="topbar-user" method="post" action="/keluar/" data-logout>', html)
    assert re.search(r'href="/panitia/2019-ii/" aria-current="page">Papan', html)
    assert re.search(r"Dicetak \w+, \d+ \w+ \d{4} pukul [\d.]+ WIB · http://testserver/panitia/2019-ii/<", html)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_template_obeys_the_content_policy(template):
    html = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|data:image", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert len(html.splitlines()) <= 120


# ---- Forms ---------------------------------------------------------------------------------------


class PersonForm(forms.Form):
    name = forms.CharField(label="Nama lengkap", help_text="Sesuai KTP, tanpa gelar.")
    gender = forms.ChoiceField(
        label="Jenis kelamin", choices=[("L", "Laki-laki"), ("P", "Perempuan")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label="Hari", choices=[("1", "Senin"), ("2", "Selasa")], widget=forms.CheckboxSelectMultiple
    )
    phone = forms.CharField(label="Nomor HP", widget=forms.TextInput(attrs={"class": "width-phone"}))
    email = forms.EmailField(label="Surel", required=False)
    privacy = forms.BooleanField(label="Saya sudah membaca Pemberitahuan Privasi.")


def rendered(data: dict[str, str] | None) -> str:
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": PersonForm(data)}))


def test_form_without_errors_has_no_summary():
    html = rendered(None)

    assert "error-summary" not in html
    assert "aria-invalid" not in html


def test_error_summary_counts_and_takes_focus():
    html = rendered({"name": "Siti", "phone": "0812"})

    assert "Ada 3 isian yang perlu diperbaiki" in html
    assert re.search(r'<div class="error-summary" role="alert" tabindex="-1" autofocus', html)


def test_error_summary_links_reach_a_control():
    html = rendered({})
    targets = re.findall(r'<a class="link-touch" href="#([^"]+)"', html)

    assert targets == ["id_name", "id_gender_0", "id_days_0", "id_phone", "id_privacy"]
    assert all(re.search(rf'<input[^>]*\bid="{target}"', html) for target in targets)


def test_error_summary_tells_form_wide_errors():
    form = PersonForm({"name": "Siti", "gender": "P", "days": ["1"], "phone": "0812", "privacy": "on"})
    form.add_error(None, "Kursi sudah penuh.")
    html = Template("{% error_summary form %}").render(Context({"form": form}))

    assert "Formulir belum dapat dikirim" in html
    assert "<p>Kursi sudah penuh.</p>" in html


def test_descriptions_point_at_existing_ids():
    html = rendered({})
    described = [name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()]

    assert "id_name_helptext" in described
    assert "id_gender_error" in described
    assert all(html.count(f'id="{name}"') == 1 for name in described)


def test_help_and_error_stand_above_the_input():
    html = rendered({})

    assert html.index('id="id_name_helptext"') < html.index('id="id_name_error"') < html.index('name="name"')


def test_only_optional_fields_are_marked():
    html = rendered(None)

    assert html.count("(boleh dikosongkan)") == 1
    assert "*" not in html


def test_width_hint_stays_beside_form_control():
    assert re.search(r'class="width-phone[^"]* form-control"', rendered(None))


# ---- Error pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "429", "500"])
def test_error_page_needs_neither_context_nor_database(page):
    html = render_to_string(f"{page}.html")

    assert f"Galat {page[:3]}" in html
    assert 'href="/"' in html
    assert html.count("<h1>") == 1
