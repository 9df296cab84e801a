"""Vendored files are those that were fetched, and their notes say whose they are."""

import json

import pytest

from tools import vendored


def test_vendored_files_are_what_was_fetched():
    assert vendored.changed() == []


@pytest.mark.parametrize("note", vendored.notes(), ids=lambda note: note.parent.name)
def test_each_says_name_version_and_licence(note):
    facts = json.loads(note.read_text())

    assert all(facts[key] for key in ("name", "version", "license", "files"))
    assert "LICENSE.txt" in facts["files"]


def test_changed_file_is_told(monkeypatch, tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "vendor.json").write_text('{"files": {"a.css": "sha256-other"}}')
    (tmp_path / "static" / "a.css").write_text("a{}")
    monkeypatch.setattr(vendored, "ROOT", tmp_path)
    monkeypatch.setattr(vendored, "FOLDERS", (tmp_path,))

    assert vendored.changed() == ["static/a.css"]
