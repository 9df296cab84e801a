"""One page of what was printed, by itself: as it was made, to the byte of what stands on it."""

import io

from pelatihan.models import PrintedFile, Printing


def cut(printing: Printing, at: int) -> bytes:
    """The page with that number in the file, as a PDF.

    :param at: from 1
    :raises IndexError: the file has no such page
    """
    import pikepdf  # noqa: PLC0415  (takes 0.2 s, which no start of the program shall wait for)

    content = PrintedFile.objects.values_list("content", flat=True).get(printing=printing)
    with pikepdf.open(io.BytesIO(content)) as file, pikepdf.new() as one:
        one.pages.append(file.pages[at - 1])
        if "/StructParents" in one.pages[0].obj:  # what a tagged paper says of its order is not brought along
            del one.pages[0].obj["/StructParents"]
        target = io.BytesIO()
        one.save(target, deterministic_id=True)
        return target.getvalue()
