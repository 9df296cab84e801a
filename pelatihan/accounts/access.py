"""Who may do what: the roles of the office as Django groups and permissions.

Each rule exists once, as a permission with the sentence that a refused person reads. Roles add up: a person may
have several. Groups are made after every migrate, so that an upgrade brings its new permissions along.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from pelatihan.models.raw import columns, made, rows, table, width

type Person = User | AnonymousUser
type View = Callable[..., HttpResponse]

BOARD = "pelatihan.view_board"
DESK = "pelatihan.use_desk"
RECAP = "pelatihan.view_recap"
MARK = "pelatihan.mark_attendance"
PRINT = "pelatihan.print_papers"
SHEETS = "pelatihan.view_sheets"
ENTER_SHEETS = "pelatihan.enter_sheets"
SEND_SHEETS = "pelatihan.send_sheets"
INVITE = "pelatihan.write_invitation_letter"
LODGE = "pelatihan.arrange_rooms"
PAY = "pelatihan.manage_payments"
CERTIFY = "pelatihan.issue_certificates"
DECIDE = "pelatihan.decide_registration"
LISTING = "pelatihan.answer_listing"
LET_IN = "pelatihan.let_in"
LATE = "pelatihan.decide_late"
DEVICES = "pelatihan.manage_devices"
SCREEN = "pelatihan.show_room_code"
CONTACT = "ormas.view_contact"
MERGE = "ormas.merge_delegate"
CODES = "pelatihan.view_code"
LINKS = "pelatihan.view_link"
SPECIAL_NEEDS = "pelatihan.view_special_needs"
NIK = "pelatihan.view_nik"
LETTER = "pelatihan.view_letter"
RECEIVE_LETTER = "pelatihan.receive_letter"
SEND = "pelatihan.send_message"
TEXTS = "pelatihan.edit_text"
IMPORT = "pelatihan.import_list"
EXPORT = "pelatihan.export_list"
ADMIN = "pelatihan.enter_admin"

REFUSALS = {
    BOARD: "Papan kehadiran hanya untuk panitia, petugas presensi, verifikator, dan pemantau.",
    DESK: "Meja presensi hanya untuk panitia dan petugas presensi.",
    RECAP: "Rekap kehadiran hanya untuk panitia dan pemantau.",
    MARK: "Kehadiran hanya diubah oleh panitia.",
    LET_IN: "Yang belum diterima hanya dipersilakan masuk oleh panitia, atas tanggung jawabnya.",
    LATE: "Kiriman susulan hanya diputuskan oleh panitia.",
    DEVICES: "Perangkat meja presensi hanya diatur oleh panitia.",
    SCREEN: "Kode ruangan hanya ditampilkan oleh panitia.",
    PRINT: "Lembar cetak hanya untuk panitia.",
    SHEETS: "Lembar bertanda tangan hanya dilihat oleh panitia dan pemantau.",
    ENTER_SHEETS: "Lembar bertanda tangan hanya dimasukkan oleh panitia.",
    SEND_SHEETS: "Lembar bertanda tangan hanya difoto dan dikirim oleh panitia dan petugas presensi.",
    INVITE: "Surat undangan ormas hanya disusun dan dicetak oleh panitia dan verifikator.",
    LODGE: "Kamar hanya dibagi oleh panitia.",
    PAY: "Tanda terima dan honor hanya disusun oleh panitia.",
    CERTIFY: "Sertifikat hanya diterbitkan dan dicabut oleh panitia.",
    DECIDE: "Pendaftaran hanya diputuskan oleh verifikator.",
    LISTING: "Permintaan ormas hanya dijawab oleh verifikator.",
    MERGE: "Peserta dan ormas hanya digabung atau dipisahkan lagi oleh verifikator.",
    CONTACT: "Nomor HP peserta tidak ditampilkan untuk peran Anda.",
    CODES: "Kode pendaftaran tidak ditampilkan untuk peran Anda.",
    LINKS: "Tautan undangan hanya dilihat, dikirim, dan diganti oleh verifikator: pemegangnya mengisi kursi ormas.",
    SPECIAL_NEEDS: "Kebutuhan khusus tidak ditampilkan untuk peran Anda.",
    NIK: "NIK hanya dibuka oleh verifikator, dan setiap kali dicatat.",
    LETTER: "Surat tugas hanya dibuka oleh verifikator dan panitia.",
    RECEIVE_LETTER: "Surat tugas hanya ditandai diterima oleh verifikator dan panitia.",
    SEND: "Pesan kepada peserta dan narahubung hanya dilihat dan dikirim oleh verifikator.",
    TEXTS: "Teks pesan hanya diubah oleh verifikator.",
    IMPORT: "Daftar dari Excel hanya dimasukkan oleh verifikator.",
    EXPORT: "Daftar hanya diunduh oleh verifikator, panitia, dan pemantau.",
    ADMIN: "Halaman administrasi hanya untuk verifikator, panitia, pemantau, dan admin.",
}
ASK_ADMIN = "Mintalah peran yang sesuai kepada admin bila Anda memerlukannya."


def _crud(app: str, *models: str, verbs: str = "add change view") -> tuple[str, ...]:
    return tuple(f"{app}.{verb}_{model}" for model in models for verb in verbs.split())


GROUPS: dict[str, tuple[str, ...]] = {
    "verifikator": (
        ADMIN, BOARD, DECIDE, LISTING, INVITE, CONTACT, MERGE, CODES, LINKS, SPECIAL_NEEDS, NIK, LETTER,
        RECEIVE_LETTER, SEND, TEXTS, IMPORT, EXPORT,
        *_crud("ormas", "ormas", "delegate"),
        *_crud("ormas", "legaldocument", verbs="add change delete view"),
        *_crud("pelatihan", "invitation", verbs="add change delete view"),
        *_crud("pelatihan", "registration", "readyreason"),
        *_crud("pelatihan", "angkatan", "session", "statuschange", "correction", "listingrequest", verbs="view"),
    ),
    "panitia": (
        ADMIN, BOARD, DESK, RECAP, MARK, LET_IN, LATE, DEVICES, SCREEN, PRINT, SHEETS, ENTER_SHEETS, SEND_SHEETS,
        INVITE, LODGE, PAY, CERTIFY, CONTACT, LETTER, RECEIVE_LETTER, EXPORT,
        *_crud("pelatihan", "angkatan", "letterhead", "signatory", "office", "numberseries"),
        *_crud("pelatihan", "session", "guest", "angkatansignatory", verbs="add change delete view"),
        *_crud("pelatihan", "invitation", verbs="view"),
    ),
    "petugas": (BOARD, DESK, SEND_SHEETS),
    "pemantau": (
        ADMIN, BOARD, RECAP, SHEETS, EXPORT,
        *_crud("ormas", "ormas", "legaldocument", "delegate", verbs="view"),
        *_crud("pelatihan", "angkatan", "session", "invitation", "registration", "statuschange", verbs="view"),
        *_crud("pelatihan", "correction", "listingrequest", verbs="view"),
    ),
}  # fmt: skip
ROLES = {  # what each group may, for whoever gives it to somebody
    "verifikator": "Memutuskan pendaftaran, mengatur daftar alasannya, mengundang ormas, menjawab permintaan ormas,"
    " mengirim pesan dan mengubah teksnya, membetulkan data ormas serta peserta, juga dari Excel, menggabungkan yang"
    " tercatat dua kali, dan mengunduh daftar. Melihat nomor HP, kode, tautan undangan, kebutuhan khusus, NIK, dan"
    " surat tugas.",
    "panitia": "Menyusun angkatan dan sesi, mencatat presensi, mempersilakan masuk atas tanggung jawab, memutuskan"
    " kiriman susulan, mengatur perangkat meja, menampilkan kode ruangan, membaca rekap, mencetak lembar dan"
    " memasukkan yang sudah ditandatangani,"
    " membagi kamar, menyusun tanda terima dan honor, menerbitkan sertifikat, mengatur kop dan penanda tangan."
    " Melihat nomor HP narahubung dan peserta, serta surat tugas."
    " Mengunduh daftar undangan.",
    "petugas": "Mencatat presensi di meja, memotret lembar yang sudah ditandatangani, dan membaca papan kehadiran."
    " Tidak membuka administrasi.",
    "pemantau": "Membaca papan, rekap, lembar bertanda tangan, pendaftaran, ormas, dan peserta tanpa mengubah apa pun,"
    " dan mengunduh daftarnya."
    " Nomor HP disamarkan.",
    "admin": "Semuanya, termasuk membuat akun dan memberi peran.",
}
HELD = """
    SELECT c.app_label || '.' || p.codename
    FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE p.id IN (
        SELECT permission_id FROM auth_user_user_permissions WHERE user_id = auth_user.id
        UNION ALL
        SELECT permission_id FROM auth_group_permissions JOIN auth_user_groups USING (group_id)
        WHERE user_id = auth_user.id
    )
"""
USER = f"SELECT {columns(User)}, ARRAY({HELD}) FROM {table(User)} WHERE auth_user.id = %s"
ADMIN_GROUP = "admin"  # everything, users too


class OneQueryBackend(ModelBackend):
    """Django's own backend, but reads a person together with what they may do, alone and by their groups.

    Django asks three times, through its models: 1.5 ms of CPU instead of 0.1, beside the 4 ms that a whole check-in
    at the desk costs (`make bench ARGS=statements`).
    """

    def get_user(self, user_id: Any) -> User | None:
        found = rows(USER, [user_id])
        if not found:
            return None
        user, held = made(User, found[0]), found[0][width(User)]
        if not user.is_superuser:  # superusers need no permission lookup
            vars(user)["_perm_cache"] = set(held)
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        kept: set[str] | None = vars(user_obj).get("_perm_cache")
        if kept is None:  # somebody who did not come by a session: a script, a test
            known = self.get_user(user_obj.pk)
            kept = user_obj._perm_cache = vars(known).get("_perm_cache", set()) if known else set()
        return kept


def has(user: Person, permission: str) -> bool:
    """Whether the person holds the permission."""
    return user.has_perm(permission)


def check(user: Person, permission: str) -> None:
    """Refuse who does not hold the permission.

    :raises PermissionDenied: with the sentence to show
    :raises LookupError: there is no such sentence, whoever asks: a fault of the program that any test of the page finds
    """
    sentence = refusal(permission)
    if not has(user, permission):
        raise PermissionDenied(sentence)


def refusal(permission: str) -> str:
    """What a person without the permission reads.

    :raises LookupError: nobody has written it
    """
    if permission not in REFUSALS:
        raise LookupError(f"No page can ask for {permission!r}: access.REFUSALS has no sentence for those who lack it.")
    return f"{REFUSALS[permission]} {ASK_ADMIN}"


def needs(permission: str) -> Callable[[View], View]:
    """Guard a view: who lacks the permission reads why (403); who is not logged in is asked to log in.

    :raises LookupError: when the view is loaded, so before the site serves
    """
    refusal(permission)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            check(request.user, permission)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def make_groups(**_: Any) -> None:
    """Make the groups and give each the permissions of its role; run after every ``migrate``."""
    for label in ("auth", "ormas", "pelatihan"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, permissions in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in permissions])
    everything = [known[name] for name in known if name.split(".")[0] in {"auth", "ormas", "pelatihan"}]
    Group.objects.get_or_create(name=ADMIN_GROUP)[0].permissions.set(everything)
