"""Endings taken off, so that "clicks", "clicking" and "clicked" are one word; English and Spanish alike.

This only makes words equal that mean the same; a stem is never shown.
"""

_IRREGULAR = {
    "swollen": "swell", "swelled": "swell", "hurt": "hurt", "hurts": "hurt", "feet": "foot", "teeth": "tooth",
    "stuck": "stick", "froze": "freez", "frozen": "freez", "tore": "tear", "torn": "tear", "broke": "break",
    "broken": "break", "woke": "wake", "pinched": "pinch", "aching": "ach", "achy": "ach", "ache": "ach",
    "aches": "ach", "ached": "ach", "painful": "pain", "pains": "pain", "disk": "disc", "disks": "disc",
    "discs": "disc", "duelen": "duel", "duele": "duel", "dolores": "dolor", "painfull": "pain",
    "numbness": "numb", "tightness": "tight", "stiffness": "stiff", "cannot": "cant", "unable": "cant",
    "endo": "endo", "nerves": "nerv", "nerve": "nerv", "kneecaps": "kneecap", "calves": "calf",
    "lower": "low",
}  # fmt: skip
_SHORTEST = 3


def _bare(word: str) -> str:
    for ending in ("nesses", "ness", "ings", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > _SHORTEST and word[-1] in "aeoy":
        word = word[:-1]
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def stem(word: str) -> str:
    """The word without its ending."""
    if len(word) <= _SHORTEST or not word.isalpha():
        return _IRREGULAR.get(word, word)
    return _IRREGULAR.get(word) or _bare(word)
