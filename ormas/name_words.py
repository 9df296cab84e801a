"""Words before, within and behind names, as ormas.search.plain writes them: what is no name by itself."""

# Read out with a name, yet kept apart from it: of no use in finding somebody.
TITLES = frozenset(
    {
        *("bapak", "bpk", "ibu", "sdr", "sdri", "h", "hj", "haji", "hajah", "kh", "ustad", "ustadz", "ustadzah", "pdt"),
        *("pendeta", "romo", "r", "rr", "rd", "raden", "prof", "dr", "dra", "drs", "drg", "ir", "ners", "apt", "ak"),
        *("ca", "se", "sh", "mh", "shi", "mhi", "sag", "mag", "spd", "mpd", "spdi", "mpdi", "ssos", "msos", "sip"),
        *("mip", "sap", "map", "ssi", "msi", "st", "mt", "skom", "mkom", "sked", "skep", "skm", "mkes", "mkn", "mm"),
        *("mba", "mhum", "shum", "ma", "ba", "bsc", "msc", "phd", "llm", "amd", "spsi", "mpsi", "sth", "mth", "sstp"),
        *("letjen", "mayjen", "brigjen", "kombes", "akbp", "kol", "letkol", "purn"),
    }
)
# Degrees, which stand behind a name: in front of one they are a name ("Ma Huan", "Sap").
BEHIND = frozenset({
    "ma", "ba", "se", "sh", "mh", "st", "mt", "mm", "ak", "ca", "sip", "mip", "sap", "map",
})  # fmt: skip
# Nobles' titles between "Raden" and the name; and those that are written in capitals alone.
NOBLE = frozenset({
    "mas", "ajeng", "ayu", "roro", "rara", "panji", "ngabehi", "bagus", "nganten", "aria", "arya",
})  # fmt: skip
NOBLE_SHORT = frozenset({
    "rm", "ra", "rngt", "rmt", "rt", "krt", "kph", "kpa", "kgph", "kgpaa", "gph", "grm", "bray", "bra", "nyi",
})  # fmt: skip
# In Bali and Buton, and of some in Aceh, one is called by several words: what follows the first belongs to it.
BALI = frozenset({
    "gusti", "ngurah", "agung", "agus", "ayu", "bagus", "anak", "cokorda", "dewa", "desak", "made", "wayan",
    "putu", "gede", "nyoman", "ketut", "kadek", "komang", "nengah", "luh", "kompiang", "sagung", "istri",
    "rai", "oka", "raka", "ratu",
})  # fmt: skip
FOLLOW = {
    **dict.fromkeys(("i", "ni", "ida", "gusti", "anak", "cokorda", "dewa", "sang", "ngakan"), BALI),
    **dict.fromkeys(("la", "wa"), frozenset({"ode"})),
    "cut": frozenset({"nyak", "putri"}),
}
# What stands between two names and is none.
BETWEEN = frozenset({
    "bin", "binti", "bt", "van", "von", "de", "der", "den", "da", "dos", "al", "el", "ibn", "ibnu",
    "a l", "a p",
})  # fmt: skip
