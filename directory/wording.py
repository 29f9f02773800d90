"""Honest words for what a therapist can prove, by what the law of the place provides.

The law decides the wording, not the kind of credential: in a state that gives no licence no text of
this module can speak of one, whatever a row says. Facts stand alone, without adjectives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from typing import Any

from directory.jurisdictions import JurisdictionEntry, jurisdictions
from directory.models import Credential, Jurisdiction
from directory.vocabulary import CredentialKindEntry, vocabulary

LOOKUP_UNKNOWN = "look-up unknown"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# How a kind of regulation names its proof; None = the state gives none.
NOUNS = {
    "license": "{name} licence",
    "registration": "registered in {name}",
    "voluntary-certification": "CAMTC certificate (voluntary)",
    "none": None,
}
# How the desk notes that it has looked at a paper instead of asking the issuer.
PAPER_ENDINGS = (", seen by our desk", ", to our desk")
NONE_CHECKED = {
    "license": "No {name} licence checked by our desk",
    "registration": "No registration in {name} checked by our desk",
    "voluntary-certification": "No CAMTC certificate (voluntary) checked by our desk",
}
RENEWAL_FILED = "renewal_filed"


@dataclass(frozen=True)
class CredentialFact:
    """One credential as a profile shows it: texts that follow a label such as "Number" or "Checked".

    `lookup_url` is empty where the look-up is unknown.
    """

    title: str
    issuer: str
    number_shown: str
    expires_text: str
    checked_on: str
    checked_text: str
    source_name: str
    lookup_url: str
    wording: str

    @property
    def lookup_text(self) -> str:
        """What stands where the link to the public look-up belongs."""
        return "public look-up" if self.lookup_url else LOOKUP_UNKNOWN


@dataclass(frozen=True)
class _Proof:
    """What there is to say of a credential, from a row of the table or of a search card."""

    kind: CredentialKindEntry
    place: JurisdictionEntry | None
    title: str
    number: str
    expires_on: date | None
    checked_on: date | None
    source: str
    state: str


def right_to_practise(jurisdiction: Jurisdiction, credential: Credential | None) -> str:
    """What gives the right to practise here, and the checked credential that shows it."""
    place = jurisdictions()[jurisdiction.code]
    proof = _proof_of(credential) if credential else None
    if place.regulation == "none":
        shown = f". Shown instead: {_sentence(proof)}" if proof and proof.place is None else ""
        return no_statewide_licence(place) + shown
    if proof is None or proof.place != place:
        return NONE_CHECKED[place.regulation].format(name=place.name)
    return _sentence(proof)


def no_statewide_licence(place: JurisdictionEntry) -> str:
    """The sentence for a state whose law leaves massage therapy alone."""
    return f"{place.name} has no statewide licence for massage therapy"


def credential_fact(credential: Credential) -> CredentialFact:
    """The facts of one credential, for its badge on the profile."""
    proof = _proof_of(credential)
    return CredentialFact(
        title=_title(proof),
        issuer=_issuer(proof),
        number_shown=_number(proof),
        expires_text=_expires(proof),
        checked_on=_checked_on(proof),
        checked_text=_checked(proof),
        source_name=_source(proof),
        lookup_url=proof.place.lookup_url if proof.place else "",
        wording=_sentence(proof),
    )


def card_credential(*, jurisdiction: str, facts: Sequence[Any], short: bool = False) -> str:
    """One line of a result card in `jurisdiction`, from the packed facts of a search row.

    `facts` are [kind, jurisdiction, title, number, expires, checked on, source, state], dates in ISO
    form or None, the number already cut to what may be shown. Where the state gives no licence, the
    line of what was asked for instead says so first. `short` leaves out who was asked.
    """
    proof, here = _proof_from_card(facts), jurisdictions()[jurisdiction]
    sentence = _sentence(proof, short=short)
    if here.regulation != "none" or proof.place is not None:
        return sentence
    if proof.kind.slug not in asked_instead(here):
        return sentence
    return f"{no_statewide_licence(here)}. Shown instead: {sentence}"


def asked_instead(place: JurisdictionEntry) -> frozenset[str]:
    """Kinds of national proof that are asked for, where the state gives no licence."""
    if place.regulation != "none":
        return frozenset()
    return frozenset(option[0] for demand in place.demands for option in demand.any_of)


def date_in_words(day: date) -> str:
    """A date that cannot be misread, as all pages write it: Dec 31, 2027 ("M j, Y" in templates)."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def _proof_of(credential: Credential) -> _Proof:
    checked, code = credential.checked_at, credential.jurisdiction_id
    return _Proof(
        kind=_kind(credential.kind_id),
        place=jurisdictions()[code] if code else None,
        title=credential.title,
        number=credential.number if code else credential.number[-4:],
        expires_on=credential.expires_on,
        checked_on=checked.astimezone(UTC).date() if checked else None,
        source=credential.checked_source,
        state=credential.state,
    )


def _proof_from_card(facts: Sequence[Any]) -> _Proof:
    kind, code, title, number, expires, checked, source, state = facts
    return _Proof(
        kind=_kind(kind),
        place=jurisdictions()[code] if code else None,
        title=title,
        number=number,
        expires_on=date.fromisoformat(expires) if expires else None,
        checked_on=date.fromisoformat(checked) if checked else None,
        source=source,
        state=state,
    )


@cache
def _kind(number: int) -> CredentialKindEntry:
    return next(entry for entry in vocabulary().credential_kinds.values() if entry.number == number)


def _honest(text: str, proof: _Proof, instead: str) -> str:
    """`text` as somebody typed it; `instead`, if it speaks of a licence and the proof is none."""
    is_licence = proof.place is not None and proof.place.regulation == "license"
    claims = "licens" in text.lower() or "licenc" in text.lower()
    return instead if claims and not is_licence else text


def _sentence(proof: _Proof, *, short: bool = False) -> str:
    """Title, what it is under the law of its place, number, end, and who was asked when."""
    if proof.place and NOUNS[proof.place.regulation] is None:
        return no_statewide_licence(proof.place)  # such a row is a mistake: it says nothing more
    when = _checked_on(proof) if short else _checked(proof)
    parts = [_title(proof), _noun_and_number(proof), _expires(proof), f"checked {when}" if when else ""]
    return ", ".join(part for part in parts if part)


def _title(proof: _Proof) -> str:
    if proof.place is None:
        short = proof.kind.abbreviation
        return f"{proof.kind.name} ({short})" if short else proof.kind.name
    for title in proof.place.titles:
        if title.abbreviation == proof.title:
            return f"{title.title} ({title.abbreviation})"
    # No title of this place: the law's own first title is not ours to bestow either.
    return "Massage therapist"


def _noun_and_number(proof: _Proof) -> str:
    if proof.place is None:
        return f"number {_number(proof)}" if _number(proof) else ""
    noun = (NOUNS[proof.place.regulation] or "").format(name=proof.place.name)
    number = _number(proof)
    separator = ", number " if proof.place.regulation == "registration" else " "
    return f"{noun}{separator}{number}" if number else noun


def _number(proof: _Proof) -> str:
    number = _honest(proof.number, proof, instead="")
    return f"ends in {number}" if number and proof.place is None else number


def _issuer(proof: _Proof) -> str:
    return proof.place.agency if proof.place else proof.kind.issuing_body


def _expires(proof: _Proof) -> str:
    expiring = proof.kind.scope == "legal" or proof.kind.expiry_months is not None
    if proof.expires_on is None:
        return "end date not stated" if expiring else "no end date"
    day = date_in_words(proof.expires_on)
    if proof.state == RENEWAL_FILED:
        return f"end date {day}, renewal filed"
    return f"{proof.place.end_wording if proof.place else 'expires'} {day}"


def _source(proof: _Proof) -> str:
    return _honest(proof.source, proof, instead="its issuer")


def _checked_on(proof: _Proof) -> str:
    return f"on {date_in_words(proof.checked_on)}" if proof.checked_on else ""


def _checked(proof: _Proof) -> str:
    """When and with whom: "on Oct 3, 2026 at IDFPR". Of a paper, that the desk has seen it."""
    when, source = _checked_on(proof), _source(proof)
    if not when or not source:
        return when
    for ending in PAPER_ENDINGS:
        if source.endswith(ending):
            paper = source.removesuffix(ending)
            return f"{when}, seen on the {paper[0].lower()}{paper[1:]}"
    return f"{when} at {source}"
