"""What organisations do by their links and delegates on their own pages: named together, asked for, still waiting.

Three people of ``delegates_named.csv`` are named by one organisation, the fourth is to come instead of somebody.
"""

import random
import uuid
from dataclasses import replace as copy_with
from datetime import date, datetime, timedelta

from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, Role
from pelatihan.models import Correction, Invitation, Registration, Told
from pelatihan.registration import links, listing, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.letters import keeping
from pelatihan.trial.reference import tables
from pelatihan.trial.reference.office import Desk
from pelatihan.trial.reference.story import Story, at_clock, number

NAMING, LETTER_ON_PAPER = "Lembaga Kebudayaan Betawi", "Kerukunan Keluarga Sulawesi Selatan"
NEWLY_ELECTED, CANNOT_COME = "Sekar Kinasih Prabawati", "Hotman Sihotang"
FIRST_PHONE = 601
ASKING = listing.Asking(
    name="Perkumpulan Peduli Sungai Contoh",
    abbreviation="PPSC",
    city="Jakarta Timur",
    contact_name="Wahyu Nugroho Adi",
    phone="+6281200000699",
    note="Kami mendampingi warga di bantaran kali dan ingin mengirim dua orang. Data contoh.",
)


def before_closing(story: Story, desk: Desk, today: date) -> None:
    """The open batch: links sent and opened, three people named, a correction and an organisation that wait."""
    angkatan = story.angkatan
    invitations = {invitation.ormas.name: invitation for invitation in angkatan.invitations.select_related("ormas")}
    story.also(at_clock(today - timedelta(days=12), 10), lambda at: _send_links(list(invitations.values()), desk, at))
    _name_three(story, invitations[NAMING], today)
    paper = invitations[LETTER_ON_PAPER]
    story.also(
        at_clock(today - timedelta(days=2), 11),
        lambda at: keeping.tick(paper, is_received=True, user=desk.verifier, at=at),
    )
    story.also(at_clock(today - timedelta(days=1), 19, 30), lambda at: _ask_for_a_position(story, at))
    story.also(
        at_clock(today - timedelta(days=1), 20),
        lambda at: listing.ask(angkatan, ASKING, token=uuid.UUID(int=7, version=4), at=at),
    )


def after_freezing(story: Story) -> None:
    """The batch that runs: on the day before, an organisation asked to send somebody else; nobody has decided."""
    at = at_clock(story.angkatan.starts_on - timedelta(days=1), 9)
    story.also(at, lambda at: _ask_to_replace(story, at))


def _send_links(invitations: list[Invitation], desk: Desk, at: datetime) -> None:
    """Most were sent, some of them opened."""
    for place, invitation in enumerate(invitations):
        if place % 6 < 5:
            links.note_told(invitation, by=desk.verifier, at=at)
        if place % 3 == 0:
            links.note_opened(invitation, at + timedelta(hours=1))


def _name_three(story: Story, invitation: Invitation, today: date) -> None:
    """The first is accepted, the second's name was mended; the third, by the contact's number, waits for the code."""
    wishes = [Application(person, Registration.Source.GROUP) for person in _people(NAMING)]
    wishes[2] = copy_with(wishes[2], person=copy_with(wishes[2].person, phone=invitation.ormas.contact_phone))
    first, second, _third = (wish.person.name for wish in wishes)

    def name(at: datetime) -> None:
        people = writer.register_group(invitation, wishes, at=at)
        number(people, random.Random(NAMING))
        for one in people[:2]:
            Told.objects.create(registration=one, status=one.status, role=Role.CONTACT, at=at + timedelta(minutes=6))

    def decide(at: datetime) -> None:
        writer.move(_who(story, first), Action.ACCEPT, actor=story.staff, at=at)
        words, field = "Tulis nama lengkap sesuai KTP.", Correction.Field.NAME.value
        writer.move(_who(story, second), Action.ASK_FIX, actor=story.staff, at=at, reason=words, fields=[field])

    def mend(at: datetime) -> None:
        one = _who(story, second)
        requests.mend(one, copy_with(Person.of(one), name="Rohimah Sa'diyah"), actor=CONTACT, at=at)

    story.also(at_clock(today - timedelta(days=4), 19), name)
    story.also(at_clock(today - timedelta(days=3), 10), decide)
    story.also(at_clock(today - timedelta(days=2), 20), mend)


def _ask_for_a_position(story: Story, at: datetime) -> None:
    one = _who(story, NEWLY_ELECTED)
    wanted = copy_with(Person.of(one), position="Wakil Ketua", back_title="S.H., M.Kn.")
    requests.mend(one, wanted, actor=DELEGATE, at=at, reason="Baru dilantik pengurus, dan gelar saya kurang satu.")


def _ask_to_replace(story: Story, at: datetime) -> None:
    [comes] = _people("Gerakan Mahasiswa Kristen Indonesia", first_phone=FIRST_PHONE + 10)
    reason = "Sakit, dan dokter memintanya beristirahat"
    requests.ask_to_replace(_who(story, CANNOT_COME), comes, actor=CONTACT, at=at, reason=reason)


def _people(ormas: str, *, first_phone: int = FIRST_PHONE) -> list[Person]:
    """Those whom this organisation names."""
    rows = [row for row in tables.delegates("named") if row.ormas == ormas]
    return [
        Person(
            name=row.name,
            front_title=row.front_title,
            back_title=row.back_title,
            nickname=row.nickname,
            gender=row.gender,
            position=row.position,
            phone=f"+62812000{first_phone + place:05d}",
        )
        for place, row in enumerate(rows)
    ]


def _who(story: Story, name: str) -> Registration:
    return story.angkatan.registrations.select_related("angkatan", "delegate", "ormas").get(name=name)
