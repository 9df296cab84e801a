"""Who signs: the NIP is taken as it stands in letters, kept as digits and shown in its groups."""

import pytest

from pelatihan.models import Signatory

pytestmark = pytest.mark.django_db
ADD = "/admin/pelatihan/signatory/add/"


def saved(client, number):
    return client.post(ADD, {"name": "Drs. Contoh", "title": "Ketua Panitia", "employee_number": number})


@pytest.mark.parametrize(
    "typed", ["197001011995031001", "19700101 199503 1 001", " 19700101\u00a0199503.1-001 ", "1970 0101 1995 0310 01"]
)
def test_number_is_taken_in_any_spelling_and_kept_as_digits(as_role, typed):
    saved(as_role("panitia"), typed)

    assert Signatory.objects.get().employee_number == "197001011995031001"


def test_number_is_shown_in_its_groups(as_role):
    signer = Signatory.objects.create(name="Drs. Contoh", title="Ketua", employee_number="197001011995031001")
    committee = as_role("panitia")

    for address in (f"/admin/pelatihan/signatory/{signer.pk}/change/", "/admin/pelatihan/signatory/"):
        assert "19700101 199503 1 001" in committee.get(address).content.decode()


@pytest.mark.parametrize("typed", ["1970", "19700101 199503 1 00a", "١٩٧٠٠١٠١١٩٩٥٠٣١٠٠١", "1" * 19])
def test_wrong_number_reads_what_one_looks_like(as_role, typed):
    page = saved(as_role("panitia"), typed).content.decode()

    assert "NIP terdiri atas 18 angka, misalnya 19700101 199503 1 001." in page
    assert typed in page
    assert not Signatory.objects.exists()


def test_nobody_needs_a_number(as_role):
    saved(as_role("panitia"), "")

    assert Signatory.objects.get().employee_number == ""
