"""The whole site on one page. Pages are private unless their view is marked public."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from pelatihan.accounts import account, login
from pelatihan.batches import pages as batches
from pelatihan.board import filling, marking, recap
from pelatihan.board import pages as board
from pelatihan.desk import (
    devices,
    late,
    let_in,
    offline,
    prepare,
    record,
    room,
    room_people,
    self_check_in,
    self_digits,
    walk_in,
)
from pelatihan.desk import pages as desk
from pelatihan.exchange import attendance_page
from pelatihan.papers import bundle_pages, history
from pelatihan.papers import views as papers
from pelatihan.preparing import (
    certificate_person,
    certificates,
    genuine,
    guests,
    letters,
    lodging,
    lodging_person,
    lodging_room,
    own_card,
    own_certificate,
    payments,
)
from pelatihan.privacy import notice
from pelatihan.registration.pages import listing, lost_code, register
from pelatihan.registration.pages.invitation import changing as invitation_change
from pelatihan.registration.pages.invitation import naming as invitation_group
from pelatihan.registration.pages.invitation import pages as invitation
from pelatihan.registration.pages.own import pages as own
from pelatihan.scans import (
    aside,
    compare,
    draft,
    finding,
    leaf_page,
    photo,
    pictures,
    review,
    sending,
    sheets,
    troubles,
    typing_in,
)
from pelatihan.web import errors, health

urlpatterns: list[URLPattern | URLResolver] = [
    # everybody
    path("", batches.home, name="home"),
    path("angkatan/<slug:slug>/", batches.angkatan, name="angkatan"),
    path("angkatan/<slug:slug>/jadwal.ics", batches.calendar, name="calendar"),
    path("angkatan/<slug:slug>/daftar/", register.register, name="register"),
    path("angkatan/<slug:slug>/belum-tercantum/", listing.ask, name="listing"),
    path("k/", register.find, name="find"),
    path("k/lupa-kode/", lost_code.lost_code, name="lost_code"),  # no code: U is not among their signs
    path("k/lupa-kode/diterima/", lost_code.asked, name="lost_code_asked"),
    path("k/<str:code>/", own.delegate, name="delegate"),
    path("k/<str:code>/kode.png", own.code_picture, name="code_picture"),
    path("k/<str:code>/kartu.pdf", own_card.own_card, name="own_card"),
    path("k/<str:code>/kirim/", own.save, name="save"),
    path("k/<str:code>/ubah/", own.correct, name="correct"),
    path("k/<str:code>/perbaiki/", own.fix, name="fix"),
    path("k/<str:code>/persetujuan/", own.agree, name="agree"),
    path("k/<str:code>/tanggal/", own.answer_plan, name="answer_plan"),
    path("k/<str:code>/batal/", own.withdraw, name="withdraw"),
    path("k/<str:code>/batal/urung/", own.undo_withdrawal, name="undo_withdrawal"),
    path("k/<str:code>/permintaan/<uuid:key>/tarik/", own.take_back, name="take_back"),
    path("k/<str:code>/lupakan/", own.forget, name="forget"),
    path("k/<str:code>/sertifikat.pdf", own_certificate.own_certificate, name="own_certificate"),
    path("sertifikat/", genuine.find, name="certificate_find"),
    path("sertifikat/<str:code>/", genuine.check, name="certificate"),
    path("undangan/<str:token>/", invitation.home, name="invitation"),
    path("undangan/<str:token>/isi/", invitation_group.fill, name="invitation_fill"),
    path("undangan/<str:token>/surat-tugas/", invitation.letter, name="invitation_letter"),
    path("undangan/<str:token>/kirim/", invitation.send_all, name="invitation_send_all"),
    path("undangan/<str:token>/kirim/<uuid:ref>/", invitation.send, name="invitation_send"),
    path("undangan/<str:token>/betulkan/<uuid:ref>/", invitation_change.correct, name="invitation_correct"),
    path("undangan/<str:token>/ganti/<uuid:ref>/", invitation_change.replace, name="invitation_replace"),
    path("undangan/<str:token>/batal/<uuid:ref>/", invitation_change.withdraw, name="invitation_withdraw"),
    path("undangan/<str:token>/urungkan/<uuid:ref>/", invitation.undo, name="invitation_undo"),
    path("undangan/<str:token>/tarik/<uuid:key>/", invitation.take_back, name="invitation_take_back"),
    path("hadir/", self_digits.by_digits, name="self_type"),
    path("hadir/<str:token>/", self_check_in.check_in, name="self"),
    path("privasi/", notice.notice, name="privacy"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("sehat/", health.health, name="health"),
    # organisers
    path("panitia/", board.committee, name="committee"),
    path("panitia/<slug:slug>/", board.board, name="board"),
    path("panitia/<slug:slug>/presensi/", desk.now, name="desk"),
    path("panitia/<slug:slug>/presensi/<int:session>/", desk.session, name="desk_session"),
    path("panitia/<slug:slug>/presensi/<int:session>/rekam/", record.record, name="record"),
    path("panitia/<slug:slug>/presensi/<int:session>/tutup/", desk.close, name="desk_close"),
    path("panitia/<slug:slug>/presensi/<int:session>/langsung/", walk_in.walk_in, name="walk_in"),
    path("panitia/<slug:slug>/presensi/<int:session>/tanggung/<uuid:ref>/", let_in.let_in, name="let_in"),
    path("panitia/<slug:slug>/layar/<int:session>/", room.room, name="room"),
    path("panitia/<slug:slug>/layar/<int:session>/orang/", room_people.people, name="room_people"),
    path("panitia/<slug:slug>/susulan/", late.late, name="late"),
    path("panitia/<slug:slug>/siapkan/", prepare.prepare, name="prepare"),
    path("panitia/<slug:slug>/siapkan/salinan/", prepare.copy, name="copy"),
    path("panitia/<slug:slug>/siapkan/kabar/", prepare.said, name="device_said"),
    path("panitia/<slug:slug>/perangkat/", devices.devices, name="devices"),
    path("panitia/<slug:slug>/perangkat/<uuid:key>/cabut/", devices.revoke, name="device_revoke"),
    path("panitia/<slug:slug>/rekap/", recap.recap, name="recap"),
    path("panitia/<slug:slug>/rekap/unduh/", attendance_page.take_out, name="recap_file"),
    path("panitia/<slug:slug>/rekap/<int:session>/isi/", filling.fill, name="mark_many"),
    path("panitia/<slug:slug>/rekap/<int:session>/<uuid:ref>/", marking.change, name="mark"),
    path("panitia/<slug:slug>/lembar/", sheets.sheets, name="sheets"),
    path("panitia/<slug:slug>/lembar/unggah/", sending.upload, name="sheet_upload"),
    path("panitia/<slug:slug>/lembar/baca/", sending.reading, name="sheet_reading"),
    path("panitia/<slug:slug>/lembar/foto/", photo.photo, name="sheet_photo"),
    path("panitia/<slug:slug>/lembar/cari/", finding.find, name="sheet_find"),
    path("panitia/<slug:slug>/lembar/disisihkan/", aside.aside, name="sheets_aside"),
    path("panitia/<slug:slug>/lembar/gambar/<uuid:key>/", troubles.trouble, name="sheet_scan"),
    path("panitia/<slug:slug>/lembar/gambar/<uuid:key>.jpg", pictures.picture, name="sheet_picture"),
    path("panitia/<slug:slug>/lembar/gambar/<uuid:key>/lurus.jpg", pictures.straight, name="sheet_straight"),
    path("panitia/<slug:slug>/lembar/gambar/<uuid:key>/tinjau/", review.review, name="sheet_review"),
    path("panitia/<slug:slug>/lembar/gambar/<uuid:key>/banding/", compare.compare, name="sheet_compare"),
    path("panitia/<slug:slug>/lembar/<int:number>/<int:page>/", leaf_page.leaf, name="sheet_leaf"),
    path("panitia/<slug:slug>/lembar/<int:number>/<int:page>/cetakan.pdf", leaf_page.printed, name="sheet_printed"),
    path("panitia/<slug:slug>/lembar/<int:number>/<int:page>/ketik/", typing_in.type_in, name="sheet_type"),
    path("panitia/<slug:slug>/lembar/<int:number>/<int:page>/isian/", draft.keep, name="sheet_draft"),
    path("panitia/<slug:slug>/lembar/<int:number>/<int:page>/tidak-dipakai/", leaf_page.unused, name="sheet_unused"),
    path("panitia/<slug:slug>/lembar/isi/<uuid:key>/urungkan/", leaf_page.undo, name="sheet_undo"),
    path("panitia/<slug:slug>/cetak/", papers.gallery, name="print"),
    path("panitia/<slug:slug>/cetak/rekap.pdf", papers.paper, {"key": "rekap"}, name="recap_paper"),
    path("panitia/<slug:slug>/cetak/daftar-hadir.pdf", papers.paper, {"key": "daftar-hadir"}, name="attendance_sheet"),
    path("panitia/<slug:slug>/cetak/<slug:key>.pdf", papers.paper, name="paper"),
    path("panitia/<slug:slug>/tamu/", guests.guests, name="guests"),
    path("panitia/<slug:slug>/kamar/", lodging.lodging, name="lodging"),
    path("panitia/<slug:slug>/kamar/usulan/", lodging.suggestion, name="lodging_suggestion"),
    path("panitia/<slug:slug>/kamar/usulan/urungkan/", lodging.undo_suggestion, name="lodging_undo"),
    path("panitia/<slug:slug>/kamar/orang/<str:key>/", lodging_person.person, name="lodging_person"),
    path("panitia/<slug:slug>/kamar/<int:room>/", lodging_room.room, name="lodging_room"),
    path("panitia/<slug:slug>/kamar/<int:room>/hapus/", lodging_room.remove, name="lodging_remove"),
    path("panitia/<slug:slug>/sertifikat/", certificates.certificates, name="certificates"),
    path("panitia/<slug:slug>/sertifikat/aturan/", certificates.rule, name="certificate_rule"),
    path("panitia/<slug:slug>/sertifikat/terbitkan/", certificates.issue, name="certificate_issue"),
    path("panitia/<slug:slug>/sertifikat/kabari/", certificates.tell, name="certificate_tell"),
    path("panitia/<slug:slug>/sertifikat/semua.zip", certificates.archive, name="certificate_archive"),
    path("panitia/<slug:slug>/sertifikat/<uuid:ref>/", certificate_person.person, name="certificate_person"),
    path("panitia/<slug:slug>/cetak/riwayat/", history.printings, name="printings"),
    path("panitia/<slug:slug>/cetak/riwayat/<int:number>/", history.printing, name="printing"),
    path("panitia/<slug:slug>/cetak/riwayat/<int:number>.pdf", history.printing_file, name="printing_file"),
    path("panitia/<slug:slug>/cetak/gambar/<slug:key>.png", papers.picture, name="paper_picture"),
    path("panitia/<slug:slug>/cetak/lembar/<slug:key>/", papers.choices, name="paper_choices"),
    path("panitia/<slug:slug>/cetak/semua/", bundle_pages.bundle, name="bundle"),
    path("panitia/<slug:slug>/cetak/berkas/<uuid:key>/", bundle_pages.made, name="bundle_made"),
    path("panitia/<slug:slug>/cetak/berkas/<uuid:key>/unduh/", bundle_pages.file, name="bundle_file"),
    path("panitia/<slug:slug>/surat-undangan/", letters.letters, name="invitation_letters"),
    path("panitia/<slug:slug>/surat-undangan/nomor/", letters.number, name="invitation_letter_numbers"),
    path("panitia/<slug:slug>/uang/", payments.payments, name="payments"),
    path("panitia/<slug:slug>/uang/pejabat/", payments.officials, name="payment_officials"),
    path("panitia/<slug:slug>/uang/daftar/", payments.edit_list, name="payment_list_new"),
    path("panitia/<slug:slug>/uang/daftar/<int:number>/", payments.payment_list, name="payment_list"),
    path("panitia/<slug:slug>/uang/daftar/<int:number>/ubah/", payments.edit_list, name="payment_list_edit"),
    path(
        "panitia/<slug:slug>/uang/daftar/<int:number>/hapus/",
        payments.delete_list,
        name="payment_list_delete",
    ),
    path("panitia/<slug:slug>/uang/honor/", payments.edit_fee, name="honorarium_new"),
    path("panitia/<slug:slug>/uang/honor/<int:number>/", payments.edit_fee, name="honorarium_edit"),
    path("panitia/<slug:slug>/uang/honor/<int:number>/hapus/", payments.delete_fee, name="honorarium_delete"),
    # staff
    path("masuk/", login.LogIn.as_view(), name="login"),
    path("keluar/", login.LogOut.as_view(), name="logout"),
    path("akun/", account.account, name="account"),
    path("sandi/", account.PasswordChange.as_view(), name="password_change"),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
