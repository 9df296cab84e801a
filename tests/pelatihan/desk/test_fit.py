"""How large an answer is set: name, ormas and note share what a small phone has."""

import pytest

from pelatihan.desk.fit import size_of


@pytest.mark.parametrize(
    ("name", "ormas", "note", "size"),
    [
        (19, 21, 0, ""), (38, 42, 0, ""), (39, 42, 0, "long"), (38, 43, 0, "long"), (19, 84, 34, "long"),
        (38, 42, 34, ""), (38, 42, 35, "longer"), (57, 52, 0, "long"), (57, 53, 0, "longer"), (58, 52, 0, "longer"),
        (96, 66, 0, "longer"), (97, 66, 0, "longest"), (96, 67, 0, "longest"), (48, 66, 80, "longer"),
        (48, 67, 80, "longest"), (49, 66, 80, "longest"), (0, 0, 0, ""),
    ],
)  # fmt: skip
def test_answer_is_set_as_large_as_there_is_room(name, ormas, note, size):
    assert size_of("a" * name, "a" * ormas, "a" * note) == size
