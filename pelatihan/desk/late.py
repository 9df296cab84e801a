"""The page "Kiriman susulan": what arrived late, what waits for the organiser, and what counted by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from pelatihan import ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, deciding, told
from pelatihan.attendance.arrivals import Events
from pelatihan.desk import late_cards, late_deciding, late_words
from pelatihan.desk.late_cards import Sent
from pelatihan.models import Angkatan, AttendanceEvent, Outcome

A_PAGE = 30  # cards
A_LIST = 100  # lines
NAMES = 12  # of a device, folded on the page
LISTS: dict[str, tuple[str, Callable[[Angkatan], Events]]] = {
    "dihitung": ("Sudah dihitung", arrivals.counted),
    "dua-meja": ("Dipindai di dua meja", arrivals.seen_twice),
    "lain": ("Dijawab lain oleh perangkat", arrivals.told_otherwise),
    "tidak-dihitung": ("Tidak dihitung", arrivals.uncounted),
    "diputuskan": ("Sudah diputuskan", arrivals.decided),
    "jam": ("Menunggu karena jam perangkat", arrivals.doubted),
}
NOTES = {
    "dua-meja": "Yang lebih awal dihitung, yang lain disimpan.",
    "lain": "Perangkat menjawab menurut salinannya; yang dihitung menurut jam sesi sekarang.",
    "tidak-dihitung": "Ditolak di meja, diurungkan, atau orangnya sudah tercatat dengan cara lain.",
    "diputuskan": "Putusan yang keliru diganti dengan putusan sebaliknya.",
}


@require_http_methods(["GET", "POST"])
@of_batch(access.LATE)
def late(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What waits, and what was fine. ``?hal=`` more of it, ``?catatan=`` one event alone, ``?lihat=`` a whole list."""
    sent: Mapping[str, Sent] = {}
    if request.method == "POST":
        sent = late_deciding.save(request, angkatan)
        if not sent:
            return redirect(request.get_full_path())
    if "catatan" in request.GET:
        return _one(request, angkatan, sent)
    if request.GET.get("lihat") in LISTS:
        return _list(request, angkatan, request.GET["lihat"])
    return _waiting(request, angkatan, sent)


def _waiting(request: HttpRequest, angkatan: Angkatan, sent: Mapping[str, Sent]) -> HttpResponse:
    waiting = arrivals.waiting(angkatan)
    devices = arrivals.by_device(waiting)
    number = sum(one.amount for one in devices)
    groups = late_cards.groups(angkatan, sent)
    alone = number - sum(group.number for group in groups)
    page = Paginator(range(alone), A_PAGE).get_page(request.GET.get("hal"))
    events = arrivals.by_true_time(late_cards.with_people(waiting.exclude(outcome=Outcome.DOUBTED)))
    shown = list(events[page.start_index() - 1 : page.end_index()]) if alone else []
    context = {
        "angkatan": angkatan,
        "tab": "desk",
        "number": number,
        "devices": devices if len(devices) > 1 else [],
        "cards": late_cards.cards(angkatan, shown, sent),
        "groups": groups if page.number == 1 else [],
        "page": page,
        "mend": len(sent),
        "fine": _fine(angkatan),
        "others": _others(angkatan),
    }
    return render(request, "desk/late.html", context)


@dataclass(frozen=True)
class Fine:
    """What came late from one device and counted by itself."""

    device: str
    number: int
    words: str
    names: list[tuple[str, str]]

    @property
    def more(self) -> int:
        return self.number - len(self.names)


def _fine(angkatan: Angkatan) -> list[Fine]:
    """A line a device, the first names folded below it; two queries."""
    counted = arrivals.counted(angkatan)
    names: dict[str, list[tuple[str, str]]] = {}
    for event in late_cards.with_people(arrivals.first_of_each_device(counted, NAMES)):
        names.setdefault(event.device, []).append((late_words.name_of(event), late_words.times(event)))
    return [
        Fine(one.device, one.amount, late_words.span_of(one), names.get(one.device, []))
        for one in arrivals.by_device(counted)
    ]


def _others(angkatan: Angkatan) -> list[tuple[str, str, str, int]]:
    """The lists that are shown as a line: key, words, note, how many; those that hold something."""
    counts = [(key, LISTS[key][0], note, LISTS[key][1](angkatan).count()) for key, note in NOTES.items()]
    return [line for line in counts if line[3]]


def _one(request: HttpRequest, angkatan: Angkatan, sent: Mapping[str, Sent]) -> HttpResponse:
    known = late_cards.with_people(arrivals.of(angkatan))
    event = get_object_or_404(known, pk=ids.read(request.GET["catatan"]))
    if not deciding.is_late(event):
        raise Http404
    (card,) = late_cards.cards(angkatan, [event], sent)
    context = {"angkatan": angkatan, "tab": "desk", "card": card, "mend": len(sent)}
    return render(request, "desk/late_one.html", context)


# ---- Lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a list: what happened, what became of it, and the event that can be decided on, if it can."""

    event: AttendanceEvent
    about: AttendanceEvent

    @property
    def name(self) -> str:
        return late_words.name_of(self.about)

    @property
    def word(self) -> str:
        again = ", juga tercatat lewat yang lain" if self.event.outcome == Outcome.ALREADY else ""
        return f"{told.happened(self.event)}{again}"

    @property
    def facts(self) -> list[str]:
        return [late_words.times(self.about), *late_words.facts(self.about)]

    @property
    def can_decide(self) -> bool:
        return deciding.is_late(self.about)


def _list(request: HttpRequest, angkatan: Angkatan, key: str) -> HttpResponse:
    """``?perangkat=`` those of one device alone."""
    title, events = LISTS[key]
    about = ("about__session__angkatan", "about__registration__ormas", "undoes")
    found = late_cards.with_people(events(angkatan)).select_related(*about)
    device = request.GET.get("perangkat")
    if device is not None:
        found = found.filter(device=device.replace("\0", ""))
    found = found if key == "diputuskan" else arrivals.by_true_time(found)
    page = Paginator(found, A_LIST).get_page(request.GET.get("hal"))
    context = {
        "angkatan": angkatan,
        "tab": "desk",
        "title": title,
        "note": NOTES.get(key, ""),
        "key": key,
        "device": device,
        "page": page,
        "lines": [Line(event, event.about or event) for event in page],
    }
    return render(request, "desk/late_list.html", context)
