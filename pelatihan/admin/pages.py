"""Every page of the admin: loading this room registers them (pelatihan.apps, once the site itself stands)."""

from pelatihan.admin import angkatan, office, papers, registrations, users

__all__ = ["angkatan", "office", "papers", "registrations", "users"]
