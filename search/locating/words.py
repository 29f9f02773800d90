"""The words of a place text that are not a town's name: states, countries, and what stands around them."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from directory.gazetteer import fold_place
from directory.jurisdictions import jurisdictions
from directory.vocabulary import fold

TERRITORIES: Final = {
    "guam": "GU",
    "gu": "GU",
    "american samoa": "AS",
    "as": "AS",
    "northern mariana islands": "MP",
    "commonwealth of the northern mariana islands": "MP",
    "saipan": "MP",
    "mp": "MP",
    "cnmi": "MP",
    "marshall islands": "MH",
    "mh": "MH",
    "palau": "PW",
    "pw": "PW",
    "micronesia": "FM",
    "federated states of micronesia": "FM",
    "fm": "FM",
}
# The abbreviations that were in use before the postal codes, and the names in Spanish.
_MORE_STATES: Final = """
AL ala|AZ ariz|AR ark|CA calif|CA cal|CO colo|CT conn|DC d c
DE del|FL fla|HI hawai|IL ill|IN ind|KS kans|KS kan|LA luisiana|MA mass|MI mich|MN minn|MS miss|MS misisipi
MO misuri|MT mont|NE nebr|NE neb|NV nev|NH n h|NJ n j|NJ nueva jersey|NM n m|NM new mex|NM n mex
NM nuevo mexico|NY n y
NY nueva york|NC n c|NC n carolina|NC no carolina|NC carolina del norte|ND n d|ND n dakota
ND dakota del norte|OK okla|OR ore|OR oreg|PA penn|PA penna|PA pensilvania|PR p r|RI r i|SC s c
SC s carolina|SC so carolina|SC carolina del sur|SD s d|SD s dakota|SD dakota del sur|TN tenn|TX tex|TX tejas
VI virgin islands|VI united states virgin islands|VI u s virgin islands|VI usvi|VI islas virgenes
WA wash|WV w va|WV w v|WV w virginia|WV virginia occidental|WI wis|WI wisc|WY wyo
DC distrito de columbia
"""
# Countries, and the parts of Canada and Britain that people write instead. Georgia is the state here.
COUNTRIES: Final = frozenset(
    fold_place(name)
    for name in """
afghanistan|albania|algeria|argentina|armenia|australia|austria|azerbaijan|bahamas|bahrain|bangladesh|barbados
belarus|belgium|belgique|belize|bolivia|bosnia|botswana|brazil|brasil|bulgaria|cambodia|cameroon|canada|chile
china|colombia|congo|costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|dominican republic
republica dominicana|ecuador|egypt|el salvador|england|estonia|ethiopia|finland|france|francia|germany
deutschland|alemania|ghana|great britain|greece|guatemala|haiti|honduras|hong kong|hungary|iceland|india
indonesia|iran|iraq|ireland|israel|italy|italia|jamaica|japan|jordan|kazakhstan|kenya|korea|south korea|kuwait
latvia|lebanon|liberia|libya|lithuania|luxembourg|malaysia|malta|mexico|moldova|mongolia|morocco|mozambique
myanmar|nepal|netherlands|holland|new zealand|nicaragua|nigeria|northern ireland|norway|oman|pakistan|panama
paraguay|peru|philippines|poland|portugal|qatar|romania|russia|saudi arabia|scotland|senegal|serbia|singapore
slovakia|slovenia|somalia|south africa|spain|espana|sri lanka|sudan|sweden|switzerland|syria|taiwan|tanzania
thailand|trinidad|tunisia|turkey|turkiye|uganda|ukraine|united arab emirates|uae|united kingdom|reino unido
uk|u k|gb|uruguay|uzbekistan|venezuela|vietnam|wales|yemen|zambia|zimbabwe
alberta|british columbia|manitoba|new brunswick|newfoundland|nova scotia|ontario|prince edward island|quebec
saskatchewan|yukon|on|bc|qc|ab|mb|sk|ns|nb|nl|pei
""".replace("\n", "|").split("|")
    if name
)
# States of Mexico: foreign behind a town's name; alone some of them are towns of ours, too.
FOREIGN_REGIONS: Final = frozenset(
    fold_place(name)
    for name in """
baja california|baja california sur|chihuahua|sonora|coahuila|nuevo leon|tamaulipas|sinaloa|jalisco|oaxaca
quintana roo|yucatan|michoacan|guanajuato|guerrero|veracruz|puebla|zacatecas|nayarit|colima|chiapas|tabasco
mx|cdmx|b c|tortola|british virgin islands|bvi
""".replace("\n", "|").split("|")
    if name
)
_KINDS_OF_PLACE: Final = """
airport beach campus village park city town earth mall church school university college hospital
clinic center centre suburbs office work gym hotel station county state country neighborhood island
valley mountain lake river bay street avenue road anywhere everywhere nowhere somewhere online
virtual none any all
"""
# Words for a part of a town or a kind of place. There are hamlets of these names, which nobody means.
PARTS: Final = frozenset(
    f"{part}{kind}"
    for part in ("north", "south", "east", "west", "mid", "up", "down")
    for kind in ("", " side", "side", "town", " end")
) | frozenset({*_KINDS_OF_PLACE.split(), "little italy", "panhandle", "south bay", "north bay"})
_HOME: Final = (
    "united states of america",
    "united states",
    "estados unidos",
    "u s a",
    "u s",
    "usa",
    "us",
    "eeuu",
)
_LEADING: Final = re.compile(
    r"^(?:near|nearby|next to|in|at|around|close to|from|by|outside(?: of)?|just|somewhere|within|inside"
    r"|vicinity of|downtown|uptown|central|greater|metro|the|city of|town of|village of"
    r"|(?:i live|i am|i'm|im|i’m|we live|we are|live|living|located|based)"
    r"(?= (?:in|near|at|around|close|by|outside)\b)"
    r"|cerca de|cerca|en|alrededor de|junto a|vivo en|ciudad de|el centro de|centro de"
    r"|zip code|zipcode|zip|postal code|c[oó]digo postal"
    r"|me)\b[\s:,]*",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"[\s,]+(?:area|metro|metro area|metropolitan area|downtown|region|vicinity|suburbs|city limits|please"
    r"|near me|zip code|zipcode|zip)$",
    re.I,
)
_DOTTED: Final = re.compile(r"\b([A-Za-z])\.\s?(?=[A-Za-z]\b)")
_ENDS: Final = {
    "hts": "heights",
    "hgts": "heights",
    "spgs": "springs",
    "spg": "springs",
    "bch": "beach",
    "vlg": "village",
    "cty": "city",
    "jct": "junction",
    "lk": "lake",
    "pk": "park",
    "twp": "township",
}
_COMPASS: Final = {"w": "west", "e": "east", "no": "north", "so": "south"}


def clean(text: str) -> str:
    """One line of printable text: every kind of digit as 0 to 9, dotted abbreviations (“D.C.”) closed up."""
    text = unicodedata.normalize("NFKC", text.replace("،", ","))
    marks = (_digit(mark) if mark.isprintable() else " " for mark in text)
    return _DOTTED.sub(r"\1", " ".join("".join(marks).split())).strip(" \"'“”,;.")


def _digit(mark: str) -> str:
    number = unicodedata.decimal(mark, None)
    return mark if number is None else str(number)


@cache
def states() -> dict[str, str]:
    """Folded names, codes and abbreviations of the covered states, with their postal codes."""
    table: dict[str, str] = {}
    for code, entry in jurisdictions().items():
        table[fold(entry.name)] = code
        table[code.lower()] = code
    for item in _MORE_STATES.strip().replace("\n", "|").split("|"):
        code, name = item.split(" ", 1)
        table[name] = code
    return table


def whole_state(text: str) -> str | None:
    """The code of the state that the text is, and nothing besides."""
    return states().get(re.sub(r"^(?:all of|state of|the state of|whole) | state$", "", fold(text)))


def says_state(text: str) -> bool:
    """Whether the text calls its place a state: “New York State”."""
    return re.search(r"^(?:all of|state of|the state of|whole) | state$", fold(text)) is not None


def without_home(text: str) -> str:
    """The text without “USA” at its end."""
    folded = fold(text)
    for name in _HOME:
        if folded == name or folded.endswith(" " + name):
            words = name.count(" ") + 1
            return re.sub(rf"(?:[\s,.]*\w+[.]?){{{words}}}[\s,.]*$", "", text)
    return text


def without_fillers(text: str) -> str:
    """The text without “near”, “downtown”, “area” and their kind around it."""
    before = ""
    while before != text:
        before = text
        text = _TRAILING.sub("", _LEADING.sub("", text)).strip(" ,")
    return text


def town_name(text: str) -> str:
    """A town's name as the gazetteer is asked for it: folded, abbreviations spelt out."""
    words = fold_place(text).split()
    if len(words) > 1:
        words[0] = _COMPASS.get(words[0], words[0])
        words[-1] = _ENDS.get(words[-1], words[-1])
    return " ".join(words)


def readings(text: str) -> Iterator[tuple[str, str | None]]:
    """The ways to part a text into a town and a state, the likeliest first."""
    parts = [part.strip() for part in re.split(r"[,;/|()]", text) if fold(part)]
    if len(parts) > 1:
        last, first = whole_state(parts[-1]), whole_state(parts[0])
        if last is not None:
            yield parts[0], last
        if first is not None:
            yield parts[1], first
    else:
        yield text, None
    words = text.replace(",", " ").split()
    for count in range(min(4, len(words) - 1), 0, -1):
        code = states().get(fold(" ".join(words[-count:])))
        if code is not None:
            yield " ".join(words[:-count]), code
        code = states().get(fold(" ".join(words[:count])))
        if code is not None and count < len(words):
            yield " ".join(words[count:]), code
