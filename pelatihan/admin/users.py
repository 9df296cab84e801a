"""Accounts as the office thinks of them: a name, a password, roles. What a role may do: accounts.access."""

from typing import Any

import django.contrib.auth.admin as stock  # registers its own pages first, so that these replace them
from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pelatihan.accounts import access
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.web.seen import SeenModelForm

admin.site.unregister(Group)
admin.site.unregister(User)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A new password, typed twice; every account of the office has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True
        self.fields["password1"].help_text = "Paling sedikit 12 karakter, dan tidak mudah ditebak."


LAST = "Ini admin terakhir yang aktif. Beri peran admin kepada orang lain dulu, lalu ulangi."


class AccountForm(SeenModelForm, UserChangeForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """An account. Somebody must always be left who can let others in."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        group = _admin_group()
        stays = data.get("is_active") and (self.instance.is_superuser or group in data.get("groups", []))
        if not stays and set(_admins().values_list("pk", flat=True)) == {self.instance.pk}:
            raise ValidationError(LAST, code="last_admin")
        return data


def _admin_group() -> Group:
    """Locked until the change is stored, so that two admins do not switch each other off at once."""
    return Group.objects.select_for_update().get(name=access.ADMIN_GROUP)


def _admins() -> QuerySet[User]:
    is_admin = Q(is_superuser=True) | Q(groups__name=access.ADMIN_GROUP)
    return User.objects.filter(is_admin, is_active=True)


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """The roles, each with a sentence on what it may."""

    def label_from_instance(self, group: Any) -> SafeString:
        note = access.ROLES.get(group.name, "")
        return format_html(
            '<span class="role"><strong>{}</strong> <span class="muted">{}</span></span>', group.name, note
        )


@admin.register(User)
class UserAdmin(OfficeModelAdmin, stock.UserAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Only those with the right to change users come here: the role admin."""

    form = AccountForm
    change_password_form = PasswordForm
    list_display = ["username", "shown_name", "roles", "active"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "first_name", "last_name"]
    filter_horizontal = ()
    ordering = ["username"]
    readonly_fields = ["last_login", "password_link"]
    fieldsets = (
        (None, {"fields": ["username", "password_link"]}),
        ("Orangnya", {"fields": [("first_name", "last_name"), "email"]}),
        ("Peran", {"fields": ["is_active", "groups"]}),
        ("Terakhir masuk", {"fields": ["last_login"]}),
    )
    add_fieldsets = ((None, {"fields": ["username", ("first_name", "last_name"), "password1", "password2", "groups"]}),)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account, its password too, is changed by superusers alone."""
        is_out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_out_of_reach and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # the history names its clerks: an account that is over is switched off

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "groups":
            options |= {"widget": forms.CheckboxSelectMultiple, "form_class": RolesField}
            field: Any = super().formfield_for_manytomany(db_field, request, **options)
            field.label, field.help_text = "Peran", "Satu orang boleh memegang beberapa peran."
            return field
        return super().formfield_for_manytomany(db_field, request, **options)

    @admin.display(description="kata sandi")
    def password_link(self, user: User) -> SafeString:
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="btn btn-outline" href="{}">Ganti kata sandi</a>', address)

    @admin.display(description="nama", ordering="first_name")
    def shown_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description="keadaan", ordering="is_active")
    def active(self, user: User) -> str:
        return "Aktif" if user.is_active else "Nonaktif"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"role_sentences": access.ROLES} | (extra_context or {}))

    @admin.display(description="peran")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"
