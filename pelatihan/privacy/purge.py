"""What the privacy notice promises to delete, once its time is over.

Special needs after a training, NIK some weeks later; phone, mail and gender of delegates (with what their corrections
tell of them), the contact persons of their ormas and of those that asked to be invited, with what merges wrote of all
these, and the surat tugas of a training, after the years of ``retention``; rows of people that no registration holds,
and files that no surat tugas names; requests for a lost code, some days after their answer or the training; of requests
for a change whoever was to come and was never decided about, after the training, and the gender with that of the
delegate; of messages the address and the words, with the contact data that they were sent to; long acts whole, some
time after they ended; the rows of lists from Excel after some days, and files of lists that went out; of what was
printed every copy, some weeks after the training where it is no part of the accounts, else after the years of papers;
pictures of signed sheets with what was entered of them go with their print, those that nobody needs some weeks after
the training, and what somebody began to enter after some months;
certificates with the names on them after those years, too, from when on nobody can check them any more; who slept where
some weeks after a training. Titles, names and positions of who registered stay: they stand on signed papers, which
follow the archive schedule (UU 27/2022, art. 42–44).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, Max, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from ormas.models import Delegate, Ormas
from pelatihan.jobs import tasks
from pelatihan.messaging import post
from pelatihan.models import (
    AssignmentLetter,
    Certificate,
    CertificateException,
    CertificateIssue,
    ChangeRequest,
    CodeRequest,
    Correction,
    Import,
    ImportRow,
    Job,
    ListingRequest,
    MergedRow,
    Message,
    Printing,
    Registration,
    SheetDraft,
    SheetScan,
    SheetUpload,
    Stay,
)
from pelatihan.models.login import LoginSession
from pelatihan.papers import bundles, forgetting, forgetting_scans
from pelatihan.papers.pictures import PICTURES
from pelatihan.registration import deciding_many, letters, nik
from pelatihan.retention import RETENTION
from pelatihan.web.private_files import DOWNLOADS, UPLOADS

State, GENDER = ChangeRequest.State, Correction.Field.GENDER.value


@dataclass(frozen=True)
class Due:
    """Rows whose personal data are to go; ``unused``: whole rows."""

    special_needs: QuerySet[Registration]
    niks: QuerySet[Registration]
    contacts: QuerySet[Delegate]
    unused: QuerySet[Delegate]
    contact_persons: QuerySet[Ormas]
    corrections: QuerySet[Correction]  # what stood in those contacts before
    letters: QuerySet[AssignmentLetter]  # whole rows, with their files
    requests: QuerySet[ListingRequest]
    code_requests: QuerySet[CodeRequest]
    undecided: QuerySet[ChangeRequest]  # somebody was to come to a training that is over
    wishes: QuerySet[ChangeRequest]  # what was asked for about those contacts
    merged: QuerySet[MergedRow]  # what a merge kept of those contacts
    messages: QuerySet[Message]  # what was written to those contacts
    jobs: QuerySet[Job]  # whole rows
    import_rows: QuerySet[ImportRow]  # whole rows
    printings: QuerySet[Printing]  # whole rows, with their sheets and files
    stays: QuerySet[Stay]  # whole rows: who slept where
    certificates: QuerySet[Certificate]  # whole rows, with what was decided about them
    pictures: QuerySet[SheetScan]  # whole rows, with their files
    sheet_drafts: QuerySet[SheetDraft]  # whole rows


@dataclass(frozen=True)
class Purged:
    """How many registrations, delegates, rows of people, ormas, corrections, letters, requests, merges, messages and
    jobs lost what was due.
    """

    special_needs: int
    niks: int
    contacts: int
    unused: int
    contact_persons: int
    corrections: int
    letters: int
    requests: int
    code_requests: int
    undecided: int
    wishes: int
    merged: int
    messages: int
    jobs: int
    import_rows: int
    printings: int
    stays: int
    certificates: int
    pictures: int
    sheet_drafts: int


def due(today: date) -> Due:
    """What is to go on that day; counts nothing and changes nothing."""
    needs = Registration.objects.filter(angkatan__ends_on__lt=today).exclude(special_needs="")
    sealed_until = today - timedelta(days=RETENTION.nik_days)
    sealed = Registration.objects.filter(angkatan__ends_on__lt=sealed_until).exclude(nik_sealed="", nik_hash="")
    over = _people_whose_time_is_over(today)
    unused = over.filter(registrations=None)
    holding = Q(phone__gt="") | Q(email__gt="") | Q(gender__gt="")
    contacts = over.exclude(registrations=None)
    letters = AssignmentLetter.objects.filter(
        invitation__angkatan__ends_on__lt=_years_before(today, RETENTION.letter_years)
    )
    persons, old, asked = _silent_ormas(today), _old_contacts(contacts), _old_listings(today)
    waiting = ChangeRequest.objects.filter(kind=ChangeRequest.Kind.REPLACE, state=State.WAITING)
    undecided = waiting.filter(registration__angkatan__ends_on__lt=today)
    wishes = ChangeRequest.objects.filter(changes__has_key=GENDER, registration__delegate__in=contacts)
    codes, merged = _old_requests(today), _old_merges(over, persons)
    messages, jobs, held = _old_messages(contacts, today), _old_jobs(today), contacts.filter(holding)
    return Due(
        needs, sealed, held, unused, persons, old, letters, asked, codes, undecided, wishes, merged, messages, jobs,
        _old_rows(today), _old_printings(today), _old_stays(today), _old_certificates(today),
        forgetting_scans.over(today), forgetting_scans.drafts_over(today),
    )  # fmt: skip


def _old_messages(over: QuerySet[Delegate], today: date) -> QuerySet[Message]:
    """What was written to these people, and to contact persons about a training of so long ago."""
    telling = Q(address__gt="") | Q(subject__gt="") | Q(body__gt="")
    long_ago = Q(invitation__angkatan__ends_on__lt=_years_before(today, RETENTION.contact_years))
    return Message.objects.filter(telling, Q(registration__delegate__in=over) | long_ago)


def _old_jobs(today: date) -> QuerySet[Job]:
    """Those that ended so long ago, and that nothing else is known by."""
    last = today - timedelta(days=RETENTION.job_days)
    keeping = [relation for relation in Job._meta.related_objects if relation.related_model is not SheetUpload]
    unused = {f"{relation.name}__isnull": True for relation in keeping}  # of what it read it says nothing more
    return Job.objects.filter(ended_at__date__lt=last, **unused)


def _old_rows(today: date) -> QuerySet[ImportRow]:
    """Of lists that were uploaded some days ago, whatever became of them; one that is being written is left alone."""
    before = today - timedelta(days=RETENTION.import_days)
    return ImportRow.objects.filter(of__uploaded_at__date__lt=before).exclude(of__state=Import.State.APPLYING)


def _old_printings(today: date) -> QuerySet[Printing]:
    others = today - timedelta(days=RETENTION.printing_days)
    return forgetting.over(_years_before(today, RETENTION.papers_years), others)


def _old_stays(today: date) -> QuerySet[Stay]:
    """Beds of a training that ended so long ago; which rooms there were says nothing of anybody."""
    return Stay.objects.filter(bedroom__angkatan__ends_on__lt=today - timedelta(days=RETENTION.lodging_days))


def _old_certificates(today: date) -> QuerySet[Certificate]:
    """Those of trainings of so long ago; their numbers stay drawn."""
    last = _years_before(today, RETENTION.papers_years)
    return Certificate.objects.filter(registration__angkatan__ends_on__lt=last)


def _delete_certificates(gone: QuerySet[Certificate], today: date) -> int:
    """With their versions; then issues of which nothing is left, and exceptions of the same trainings."""
    count = gone.delete()[1].get(Certificate._meta.label, 0)
    last = _years_before(today, RETENTION.papers_years)
    CertificateIssue.objects.filter(angkatan__ends_on__lt=last).delete()
    CertificateException.objects.filter(registration__angkatan__ends_on__lt=last).delete()
    return count


def _old_contacts(over: QuerySet[Delegate]) -> QuerySet[Correction]:
    """What the history still tells of the contacts of these people."""
    telling = Q(old__gt="") | Q(new__gt="")
    return Correction.objects.filter(telling, field__in=Correction.CONTACT, registration__delegate__in=over)


def _old_merges(over: QuerySet[Delegate], persons: QuerySet[Ormas]) -> QuerySet[MergedRow]:
    """What merges wrote of these contacts, and what stood there before: not blanked yet."""
    people, ormas = (rows.order_by().annotate(key=Cast("pk", CharField())).values("key") for rows in (over, persons))
    of_people, of_ormas = Q(table="delegate", row__in=people), Q(table="ormas", row__in=ormas)
    return MergedRow.objects.filter(of_people | of_ormas, field__in=MergedRow.CONTACT).exclude(old='""', new='""')


def _old_requests(today: date) -> QuerySet[CodeRequest]:
    """Answered so long ago, or for a training that ended so long ago, answered or not."""
    last = today - timedelta(days=RETENTION.code_request_days)
    answered = Q(sent_at__date__lt=last) | Q(told_at__date__lt=last)
    return CodeRequest.objects.filter(answered | Q(registration__angkatan__ends_on__lt=last))


def _people_whose_time_is_over(today: date) -> QuerySet[Delegate]:
    """Counted from the last training; of a merged row, from that of the row it became; else from its making."""
    usual, agreed = (
        _years_before(today, years) for years in (RETENTION.contact_years, RETENTION.contact_years_if_invited)
    )
    last_day = Coalesce(
        Max("registrations__angkatan__ends_on"),
        Max("merged_into__registrations__angkatan__ends_on"),
        TruncDate("created_at"),
    )
    over = Q(agrees_invite=False, last_day__lt=usual) | Q(agrees_invite=True, last_day__lt=agreed)
    return Delegate.objects.annotate(last_day=last_day).filter(over)


def _silent_ormas(today: date) -> QuerySet[Ormas]:
    """Ormas with a contact person and no training since: neither invited nor sending, nor written to by staff."""
    usual = _years_before(today, RETENTION.contact_years)
    holding = Q(contact_name__gt="") | Q(contact_phone__gt="") | Q(contact_email__gt="")
    old = Ormas.with_merged.filter(holding, updated_at__date__lt=usual)
    invited, sending = Q(invitations__angkatan__ends_on__gte=usual), Q(registrations__angkatan__ends_on__gte=usual)
    return old.exclude(invited).exclude(sending)


def _old_listings(today: date) -> QuerySet[ListingRequest]:
    """Ormas that asked to be invited to a training long past, whatever was answered, with whom to call."""
    holding = Q(contact_name__gt="") | Q(phone__gt="") | Q(email__gt="") | Q(note__gt="")
    usual = _years_before(today, RETENTION.contact_years)
    return ListingRequest.objects.filter(holding, angkatan__ends_on__lt=usual)


def purge(today: date) -> Purged:
    """Delete what is due, sessions that have ended, and files that a killed server left behind."""
    gone = due(today)
    contacts = Delegate.objects.filter(pk__in=_keys(gone.contacts))
    corrections = gone.corrections.update(old="", new="")
    undecided = gone.undecided.update(state=State.LAPSED, decided_at=timezone.now(), person={})
    wishes = _without_gender(gone.wishes)
    merged = gone.merged.update(old='""', new='""')
    persons = Ormas.with_merged.filter(pk__in=_keys(gone.contact_persons))
    messages = Message.objects.filter(pk__in=list(gone.messages.values_list("pk", flat=True)))
    requests = gone.code_requests.count()
    gone.code_requests.delete()
    LoginSession.objects.filter(expire_date__date__lt=today).delete()
    removed = letters.remove(gone.letters)
    letters.sweep(timezone.now())
    tasks.forget_old(timezone.now())
    deciding_many.forget_old(timezone.now())
    bundles.forget_old(timezone.now())
    post.drop_over(today, timezone.now())
    for folder in (UPLOADS, DOWNLOADS, PICTURES):
        folder.sweep(timezone.now())
    removed_printings = forgetting.remove(gone.printings)
    pictures, drafts = gone.pictures.delete()[0], gone.sheet_drafts.delete()[0]
    forgetting_scans.sweep(timezone.now())
    return Purged(
        messages=messages.update(address="", subject="", body=""),
        jobs=gone.jobs.delete()[0],
        special_needs=gone.special_needs.update(special_needs=""),
        niks=gone.niks.update(**nik.kept("")),
        contacts=contacts.update(phone="", email="", gender=""),
        unused=_delete_unused(gone.unused),
        contact_persons=persons.update(contact_name="", contact_phone="", contact_email=""),
        corrections=corrections,
        letters=removed,
        requests=gone.requests.update(contact_name="", phone="", email="", note=""),
        code_requests=requests,
        undecided=undecided,
        wishes=wishes,
        merged=merged,
        import_rows=_delete_rows(gone.import_rows),
        printings=removed_printings,
        stays=gone.stays.delete()[0],
        certificates=_delete_certificates(gone.certificates, today),
        pictures=pictures,
        sheet_drafts=drafts,
    )


def _delete_rows(rows: QuerySet[ImportRow]) -> int:
    """And a list that nobody has applied by then is thrown away."""
    open_ones = Import.objects.filter(pk__in=list(rows.order_by().values_list("of", flat=True).distinct()))
    waiting = open_ones.filter(state__in=[Import.State.READY, Import.State.READING])
    count = rows.delete()[0]
    waiting.update(state=Import.State.DISCARDED, ended_at=timezone.now())
    return count


def _without_gender(wishes: QuerySet[ChangeRequest]) -> int:
    """What else was asked for stays, as in the history; what nobody has decided about by then lapses."""
    ones = list(wishes)
    for wish in ones:
        wish.changes.pop(GENDER)
        if wish.state == State.WAITING:
            wish.state, wish.decided_at = State.LAPSED, timezone.now()
    return ChangeRequest.objects.bulk_update(ones, ["changes", "state", "decided_at"])


def _delete_unused(unused: QuerySet[Delegate]) -> int:
    """Rows to which nothing points any more; where one was merged into the next, the outermost first."""
    count = 0
    while gone := Delegate.objects.filter(pk__in=_keys(unused.filter(merged=None))).delete()[1]:
        count += gone[Delegate._meta.label]  # their pairs go along
    return count


def _keys(rows: QuerySet[Delegate] | QuerySet[Ormas]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - years, day=last)
