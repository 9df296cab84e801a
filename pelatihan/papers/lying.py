"""What lies in the office: of each page of a sheet, which print it is from; and whose a page with a code is."""

from collections.abc import Iterable, Sequence

from pelatihan.models import Printed, PrintedSheet

type Leaf = tuple[int, int]  # number of a printed sheet, page of that one


def mixed(leaves: Sequence[Leaf | None], later: Sequence[PrintedSheet], replaced: Iterable[int]) -> list[Leaf | None]:
    """Once the pages of later prints, the oldest first, lie in the place of those before. There are as many as the last
    one has; a page that was replaced, and not by one of them, is unknown."""
    count = len(later[-1].ends) if later else len(leaves)
    gone = set(replaced)
    kept = [None if page in gone else leaf for page, leaf in enumerate(leaves, start=1)]
    found = [*kept, *[None] * count][:count]
    for sheet in later:
        for page in sheet.printed_pages:
            found[page - 1] = (sheet.pk, page)
    return found


def sheet_by_code(code: str) -> PrintedSheet | None:
    """The sheet that carries this code, with its printing and all that stood on it."""
    return PrintedSheet.objects.select_related("printing", "angkatan").filter(code=code).first() if code else None


def is_in_use(sheet: PrintedSheet, page: int) -> bool:
    """Whether that page is the one that lies in the office: no later print of it counts. Of sheets without names and of
    papers that are never compared each print stands for itself."""
    lying = Printed.objects.filter(angkatan=sheet.angkatan_id, sheet__slot=sheet.slot).select_related("sheet").first()
    return lying is None or sheet.is_blank or (sheet.pk, page) in lying.leaves


def instead_of(sheet: PrintedSheet, page: int) -> PrintedSheet | None:
    """The print that lies in the office in the place of that page; None where it lies there itself. With its printing.

    Of a page that lies there no more, the last print of the whole sheet."""
    lying = Printed.objects.filter(angkatan=sheet.angkatan_id, sheet__slot=sheet.slot)
    there = lying.select_related("sheet__printing").first()
    if there is None or sheet.is_blank or (sheet.pk, page) in there.leaves:
        return None
    leaf = there.leaves[page - 1] if page <= len(there.leaves) else None
    if leaf is None or leaf[0] == there.sheet_id:
        return there.sheet
    return PrintedSheet.objects.select_related("printing").get(pk=leaf[0])


def parts_of(leaves: Sequence[Leaf | None], own: int) -> list[tuple[int | None, list[int]]]:
    """Pages that are not of the print that lies there, together by the sheet that they are from."""
    found: dict[int | None, list[int]] = {}
    for page, leaf in enumerate(leaves, start=1):
        if leaf is None or leaf[0] != own:
            found.setdefault(leaf[0] if leaf else None, []).append(page)
    return list(found.items())
