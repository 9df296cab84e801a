"""The whole site on one page. Pages are private unless their view is marked public."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from pelatihan import accounts, errors, health
from pelatihan.attendance import board, desk, recap, record
from pelatihan.papers import views as papers
from pelatihan.registration import delegates, public
from pelatihan.registration import views as registration

urlpatterns: list[URLPattern | URLResolver] = [
    # everybody
    path("", public.home, name="home"),
    path("angkatan/<slug:slug>/", public.angkatan, name="angkatan"),
    path("angkatan/<slug:slug>/jadwal.ics", public.calendar, name="calendar"),
    path("angkatan/<slug:slug>/daftar/", registration.register, name="register"),
    path("k/", registration.find, name="find"),
    path("k/<str:code>/", delegates.delegate, name="delegate"),
    path("k/<str:code>/ubah/", delegates.correct, name="correct"),
    path("k/<str:code>/batal/", delegates.withdraw, name="withdraw"),
    path("privasi/", public.privacy, name="privacy"),
    path("sehat/", health.health, name="health"),
    # organisers
    path("panitia/", board.committee, name="committee"),
    path("panitia/<slug:slug>/", board.board, name="board"),
    path("panitia/<slug:slug>/presensi/", desk.now, name="desk"),
    path("panitia/<slug:slug>/presensi/<int:session>/", desk.session, name="desk_session"),
    path("panitia/<slug:slug>/presensi/<int:session>/rekam/", record.record, name="record"),
    path("panitia/<slug:slug>/presensi/<int:session>/tutup/", desk.close, name="desk_close"),
    path("panitia/<slug:slug>/rekap/", recap.recap, name="recap"),
    path("panitia/<slug:slug>/cetak/", papers.gallery, name="print"),
    path("panitia/<slug:slug>/cetak/daftar-hadir.pdf", papers.attendance_sheet, name="attendance_sheet"),
    # staff
    path("masuk/", accounts.LogIn.as_view(), name="login"),
    path("keluar/", accounts.LogOut.as_view(), name="logout"),
    path("sandi/", accounts.PasswordChange.as_view(), name="password_change"),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
