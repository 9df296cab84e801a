"""Stand-in until the machinery brings its own."""

from datetime import datetime

from pelatihan.models import Message


def why(message: Message, at: datetime) -> str:
    """Why nobody needs it any more; empty when it is still to be sent."""
    person = message.registration
    if person and message.status and person.status != message.status:
        return "Status sudah berubah."
    if message.decision and message.decision.undone_at:
        return "Keputusan diurungkan."
    if message.mailing and message.mailing.stopped_at:
        return "Kiriman dihentikan."
    return ""
