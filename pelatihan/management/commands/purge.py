"""Delete personal data whose time is over, as the privacy notice says. For a daily timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from pelatihan.privacy import purge


class Command(BaseCommand):
    """``purge --dry-run`` only counts."""

    help = "Hapus data pribadi yang masa simpannya habis, seperti dijanjikan pemberitahuan privasi."
    WORDS = {
        "special_needs": "Kebutuhan khusus",
        "niks": "NIK",
        "contacts": "Kontak dan jenis kelamin peserta",
        "unused": "Data peserta yang tidak terpakai",
        "contact_persons": "Narahubung ormas",
        "corrections": "Kontak lama di riwayat pembetulan",
        "letters": "Surat tugas",
        "requests": "Narahubung pada permintaan ormas",
        "code_requests": "Permintaan kode",
        "undecided": "Calon pengganti pada permintaan yang tidak diputuskan",
        "wishes": "Jenis kelamin pada permintaan pembetulan",
        "merged": "Kontak lama pada penggabungan",
        "messages": "Alamat dan isi pesan",
        "jobs": "Catatan pekerjaan panjang",
        "import_rows": "Baris daftar dari Excel",
        "printings": "Salinan cetakan",
        "stays": "Pembagian kamar",
        "certificates": "Sertifikat yang masa simpannya habis",
        "pictures": "Gambar lembar yang tidak terpakai",
        "sheet_drafts": "Isian lembar yang ditinggalkan",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hanya menghitung, tidak menghapus")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        today = localdate()
        counts = vars(purge.purge(today)) if not dry_run else {n: q.count() for n, q in vars(purge.due(today)).items()}
        word = "akan dihapus" if dry_run else "dihapus"
        self.stdout.write(" ".join(f"{self.WORDS[name]} {word}: {counts[name]}." for name in self.WORDS))
