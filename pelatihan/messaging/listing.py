"""What is written to an organisation that asked to be invited, once staff have answered."""

from datetime import datetime

from pelatihan import dates
from pelatihan.models import ListingRequest, ListingState
from pelatihan.phases import closed_sentence


def ready_text(request: ListingRequest, url: str, *, at: datetime) -> str:
    """What stands ready in WhatsApp; ``url``: where its people are named while registration is open."""
    batch = request.angkatan
    head = f"Yth. Bapak/Ibu {request.contact_name},\n\n"
    if request.state != ListingState.INVITED:
        refusal = f"Mohon maaf, {request.name} belum dapat diundang ke Pelatihan {batch.name}."
        return f"{head}{refusal}\n\nAlasannya: {request.answer}"
    seats = request.invitation.seats if request.invitation else batch.seats_per_ormas
    news = f"{request.name} diundang ke Pelatihan {batch.name}, {batch.day_range}, {batch.venue}."
    if closed_sentence(batch, at):
        how = (
            "Pendaftaran lewat situs sudah ditutup. Balaslah pesan ini dengan nama, jabatan, dan nomor HP utusan Anda."
        )
        return f"{head}{news} Tersedia {seats} kursi.\n\n{how}"
    until = f" sebelum {dates.long_moment(batch.closes_at)}" if batch.closes_at else ""
    return f"{head}{news}\n\nSilakan daftarkan paling banyak {seats} utusan{until}:\n{url}"
