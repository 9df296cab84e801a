"""Signed sheets back into data: by hand, or read from pictures and confirmed by a person."""
