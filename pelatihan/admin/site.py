"""The office's admin: who may enter it, and what it is called."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from pelatihan import access


class OfficeAdminSite(AdminSite):
    """Open to whoever holds a role that works in it; the flag is_staff plays no part."""

    site_title = "Pelatihan Ormas"
    site_header = "Pelatihan Ormas"
    index_title = "Administrasi"

    def has_permission(self, request: HttpRequest) -> bool:
        return access.has(request.user, access.ADMIN)
