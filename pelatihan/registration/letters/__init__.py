"""Surat tugas: what may be one, where it is kept, who has ticked it."""

from pelatihan.registration.letters.keeping import closed_sentence, keep, opened, remove, sweep, tick

__all__ = ["closed_sentence", "keep", "opened", "remove", "sweep", "tick"]
