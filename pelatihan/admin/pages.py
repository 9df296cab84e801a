"""Every page of the admin: loading this room registers them (pelatihan.apps, once the site itself stands)."""

from pelatihan.admin import angkatan, invitations, listing, office, ormas, papers, reasons, registrations, users

__all__ = ["angkatan", "invitations", "listing", "office", "ormas", "papers", "reasons", "registrations", "users"]
