"""Reasons that the office keeps ready: chosen at a decision, edited on a page, kept in the history as words."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse

from pelatihan.lifecycle import Action, Status
from pelatihan.models import ReadyReason
from tests.factories import AngkatanFactory, a_registration
from tests.pelatihan.admin.test_deciding import carried_out, decide, standing

LIST = reverse("admin:pelatihan_readyreason_changelist")
ADD = reverse("admin:pelatihan_readyreason_add")
pytestmark = pytest.mark.django_db


def a_reason(text="Bukan pengurus.", actions=("reject",), **more) -> ReadyReason:
    return ReadyReason.objects.create(text=text, actions=list(actions), **more)


def waiting():
    return a_registration(AngkatanFactory(), Status.SUBMITTED)


def sent(**edits):
    return {"text": "Alamat belum jelas.", "actions": ["ask_fix"], "place": 5, "in_use": "on"} | edits


# ---- Chosen at a decision ------------------------------------------------------------------------


def test_reason_of_the_list_is_enough_and_stands_in_the_history_as_words(verifier):
    person, reason = waiting(), a_reason()

    decide(verifier, person, "reject", listed=reason.pk)
    ReadyReason.objects.filter(pk=reason.pk).update(text="Lain sama sekali.")

    assert standing(person) == ["rejected"]
    assert person.history.last().reason == "Bukan pengurus."


def test_own_words_follow_the_reason_of_the_list(verifier):
    person, reason = waiting(), a_reason()

    decide(verifier, person, "reject", listed=reason.pk, reason="  Hubungi kami. ")

    assert person.history.last().reason == "Bukan pengurus. Hubungi kami."


def test_own_words_alone_are_enough(verifier):
    person = waiting()

    decide(verifier, person, "reject", listed="", reason="Tulisan sendiri")

    assert person.history.last().reason == "Tulisan sendiri"


def test_reason_opens_its_parts_when_a_fix_is_asked_for(verifier):
    person, reason = waiting(), a_reason(actions=["ask_fix"], fields=["name", "position"])

    decide(verifier, person, "ask_fix", listed=reason.pk)

    assert person.history.last().fields == ["name", "position"]


def test_parts_ticked_by_the_clerk_count_instead(verifier):
    person, reason = waiting(), a_reason(actions=["ask_fix"], fields=["name", "position"])

    decide(verifier, person, "ask_fix", listed=reason.pk, fields=["phone"])

    assert person.history.last().fields == ["phone"]


def test_reason_of_another_decision_decides_nothing_and_says_so(verifier):
    person, reason = waiting(), a_reason()

    html = decide(verifier, person, "accept", listed=reason.pk).content.decode()

    assert standing(person) == ["submitted"]
    assert "Alasan yang Anda pilih bukan untuk “Terima”. Pilih yang lain, atau tulis sendiri." in html


@pytest.mark.parametrize("number", ["taken out", "999999"])
def test_reason_taken_out_of_use_meanwhile_decides_nothing(verifier, number):
    person, reason = waiting(), a_reason(in_use=False)

    html = decide(
        verifier, person, "reject", listed=reason.pk if number == "taken out" else number, reason="Tulisan saya"
    ).content.decode()

    assert standing(person) == ["submitted"]
    assert "Alasan yang Anda pilih sudah tidak dipakai." in html
    assert ">Tulisan saya</textarea>" in html


@pytest.mark.parametrize("odd", ["x", "\x00", "-1", "9" * 40])
def test_odd_numbers_are_no_choice(verifier, odd):
    person = waiting()

    html = decide(verifier, person, "reject", listed=odd).content.decode()

    assert standing(person) == ["submitted"]
    assert "Pilih atau tulis alasan untuk “Tolak”" in html


def test_both_together_have_a_length(verifier):
    person, reason = waiting(), a_reason("x" * 200)

    html = decide(verifier, person, "reject", listed=reason.pk, reason="y" * 300).content.decode()

    assert standing(person) == ["submitted"]
    assert "bersama-sama lebih dari 500 huruf" in html
    decide(verifier, person, "reject", listed=reason.pk, reason="y" * 299)
    assert standing(person) == ["rejected"]


def test_page_offers_what_fits_its_buttons_and_is_in_use(verifier):
    a_reason("Yang cocok."), a_reason("Yang lama.", in_use=False), a_reason("Dibuka lagi.", actions=["reopen"])
    person = waiting()

    html = verifier.get(reverse("admin:pelatihan_registration_change", args=[person.pk])).content.decode()

    assert [words in html for words in ("Yang cocok.", "Yang lama.", "Dibuka lagi.")] == [True, False, False]


def test_many_are_told_the_reason_of_the_list(verifier):
    two, reason = [waiting(), waiting()], a_reason()

    carried_out(verifier, two, "reject", listed=reason.pk)

    assert [one.history.last().reason for one in two] == ["Bukan pengurus."] * 2


def test_words_with_markup_are_shown_as_they_are(verifier):
    a_reason("<b>Tebal</b>")

    html = verifier.get(reverse("admin:pelatihan_registration_change", args=[waiting().pk])).content.decode()

    assert "<b>Tebal" not in html
    assert "&lt;b&gt;Tebal&lt;/b&gt;" in html


# ---- Edited by the office ------------------------------------------------------------------------


def test_office_adds_one(verifier):
    verifier.post(ADD, sent(fields=["position"]))

    (reason,) = ReadyReason.objects.filter(text="Alamat belum jelas.")
    assert (reason.actions, reason.fields, reason.place, reason.in_use) == (["ask_fix"], ["position"], 5, True)


def test_office_takes_one_out_of_use(verifier):
    reason = a_reason()
    page = reverse("admin:pelatihan_readyreason_change", args=[reason.pk])

    verifier.post(page, sent(text=reason.text, actions=["reject"], in_use=""))

    reason.refresh_from_db()
    assert not reason.in_use
    assert list(ReadyReason.objects.fitting(Action.REJECT).filter(pk=reason.pk)) == []


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"actions": []}, "Tandai sedikitnya satu keputusan yang memakai alasan ini."),
        ({"actions": ["reject"], "fields": ["name"]}, "Bagian hanya dibuka oleh “Minta perbaikan”."),
        ({"text": "Bukan pengurus."}, "Alasan dengan kata-kata ini sudah ada. Ubah yang itu saja."),
        ({"text": " \n "}, "wajib"),
        ({"text": "x" * 201}, "200"),
        ({"text": "a\x00b"}, "Ada tanda yang tidak terbaca."),
        ({"place": "9" * 30}, "32767"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(verifier, edits, sentence):
    a_reason()

    html = verifier.post(ADD, sent(**edits)).content.decode()

    assert sentence in html
    assert ReadyReason.objects.filter(place=5).count() == 0


def test_nobody_deletes_one(verifier):
    assert verifier.post(reverse("admin:pelatihan_readyreason_delete", args=[a_reason().pk])).status_code == 403


def test_committee_and_observers_do_not_edit_them(as_role):
    assert [as_role(role).get(LIST).status_code for role in ("panitia", "pemantau")] == [403, 403]


def test_list_has_the_order_of_the_office(verifier):
    ReadyReason.objects.all().delete()
    for text, place in (("Kedua", 2), ("Pertama", 1), ("Ketiga", 3)):
        a_reason(text, place=place)

    html = verifier.get(LIST).content.decode()

    assert html.index("Pertama") < html.index("Kedua") < html.index("Ketiga")


def test_office_finds_reasons_ready_from_the_start():
    ReadyReason.objects.all().delete()  # a story with threads leaves none behind
    import_module("pelatihan.migrations.0022_reasons_and_selections").bring_ready_reasons(apps, None)

    texts = ReadyReason.objects.fitting(Action.REJECT).values_list("text", flat=True)

    assert "Anda tidak tercatat sebagai pengurus atau utusan ormas ini." in texts


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"actions": []}, "ready_reason_is_for_some_decision"),
        ({"actions": ["fly"]}, "ready_reason_is_for_some_decision"),
        ({"text": ""}, "ready_reason_is_written"),
        ({"fields": ["name"]}, "only_a_fix_opens_fields"),
    ],
)
def test_database_holds_the_rules(values, rule):
    with pytest.raises(IntegrityError, match=rule):
        ReadyReason.objects.create(**{"text": "Satu", "actions": ["reject"]} | values)
