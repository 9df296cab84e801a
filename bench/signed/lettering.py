"""Letters written by hand: polylines on a grid 4 wide and 6 high (y downwards), bent and shaken a little."""

import numpy as np

from bench.signed.curves import Chance, Drawn, smooth

CAPITALS = {
    "A": "06 20 46|13 33", "B": "06 00 30 42 33 03|33 45 36 06", "D": "06 00 20 43 26 06", "E": "40 00 06 46|03 33",
    "H": "00 06|40 46|03 43", "I": "20 26", "J": "30 35 16 05", "K": "00 06|40 03 46", "L": "00 06 46",
    "M": "06 00 23 40 46", "N": "06 00 46 40", "O": "20 03 26 43 20", "P": "06 00 30 42 33 03",
    "R": "06 00 30 42 33 03 46", "S": "41 20 01 13 33 45 26 05", "T": "00 40|20 26", "U": "00 05 26 45 40",
    "W": "00 16 23 36 40", "Y": "00 23 40|23 26", "Z": "00 40 06 46", "F": "40 00 06|03 33",
    "G": "41 20 03 26 45 43 23",
}  # fmt: skip
SMALL = {
    "a": "43 23 04 16 45|43 46", "b": "00 06 36 44 13 03", "d": "40 46 16 04 23 43", "e": "04 44 33 13 05 26 46",
    "h": "00 06|04 23 43 46", "i": "23 26|21 22", "k": "00 06|33 04 36", "l": "20 26",
    "m": "03 06|04 13 24 26|24 33 44 46", "n": "03 06|04 23 43 46", "o": "23 04 26 44 23",
    "p": "03 08|03 33 44 36 06", "r": "03 06|04 23 33", "s": "43 13 04 34 46 06", "t": "10 15 36|03 33",
    "u": "03 05 26 45|43 46", "z": "03 43 06 46", "x": "03 46|43 06", "-": "04 44", "y": "03 25|43 08",
    "g": "43 23 04 26 44|43 47 28 07",
}  # fmt: skip
GLYPHS = CAPITALS | SMALL


def written(words: str, height: float, chance: Chance) -> Drawn:
    """Words in letters ``height`` mm high, the first letter at the origin, on their baseline."""
    unit, strokes, x = height / 6, [], 0.0
    lean, width = chance.normal(0.1, 0.1), chance.uniform(0.75, 1.1)
    for sign in words:
        for part in GLYPHS.get(sign, "").split("|") if sign in GLYPHS else ():
            points = np.array([(int(pair[0]), int(pair[1]) - 6) for pair in part.split()], float)
            points += chance.normal(0, 0.22, points.shape)
            points[:, 0] = points[:, 0] * width - points[:, 1] * lean
            strokes.append(smooth(points * unit + (x, 0), sharp=chance.random() < 0.5))
        x += unit * (width * (4 if sign not in "il" else 3) + chance.uniform(0.8, 2.0))
    return strokes


def width_of(strokes: Drawn) -> float:
    return float(max((stroke[:, 0].max() for stroke in strokes), default=0))
