"""Makes therapists, practices and credentials. Everything is invented.

`PracticeFactory()` is a listed practice in Illinois: published, confirmed yesterday, its therapist with a
verified licence and, where payments are on, a membership. Traits put it elsewhere or take a part away:

- `kansas_certified`, `kansas_trained`, `minnesota`, `wyoming`, `california`, `vermont`, `missouri`;
- `home_based` (snapped point), `home_visits_only`;
- `is_held`, `unpublished`, `unconfirmed`, `without_proof`.

`at=` moves the whole practice to another time.
"""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from directory.credentials import counting_end
from directory.geography import snap_home
from directory.jurisdictions import jurisdictions
from directory.models import Credential, CredentialKind, Jurisdiction, Practice, Setting, Therapist

PLACES = {
    # code: (city, ZIP, latitude, longitude)
    "IL": ("Chicago", "60614", 41.9227, -87.6533),
    "KS": ("Wichita", "67202", 37.6889, -97.3360),
    "MN": ("Minneapolis", "55401", 44.9850, -93.2700),
    "WY": ("Cheyenne", "82001", 41.1400, -104.8200),
    "CA": ("Oakland", "94607", 37.8044, -122.2712),
    "VT": ("Burlington", "05401", 44.4759, -73.2121),
    "MO": ("Kansas City", "64106", 39.1050, -94.5690),
}
LEGAL_KIND = {
    "license": "state-licence",
    "registration": "state-registration",
    "voluntary-certification": "state-certificate",
}
STATES_THAT_COUNT = (Credential.State.VERIFIED, Credential.State.RENEWAL_FILED)


def kind(slug: str) -> CredentialKind:
    """The credential kind with this slug."""
    return CredentialKind.objects.get(slug=slug)


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with an account."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Faker("name")


class TherapistFactory(factory.django.DjangoModelFactory):
    """A therapist with a membership of a year, and no credential."""

    class Meta:
        model = Therapist

    class Params:
        at = factory.LazyFunction(timezone.now)

    given_name = factory.Faker("first_name")
    family_name = factory.Faker("last_name")
    practising_since = 2015
    membership_until = factory.LazyAttribute(lambda o: o.at + timedelta(days=365))


class CredentialFactory(factory.django.DjangoModelFactory):
    """A verified Illinois licence for two more years. `slug` and `place` choose another kind."""

    class Meta:
        model = Credential

    class Params:
        at = factory.LazyFunction(timezone.now)
        slug = "state-licence"
        place = "IL"

    therapist = factory.SubFactory(TherapistFactory)
    kind = factory.LazyAttribute(lambda o: kind(o.slug))
    jurisdiction = factory.LazyAttribute(
        lambda o: Jurisdiction.objects.get(code=o.place) if o.kind.scope == "legal" else None
    )
    title = factory.LazyAttribute(lambda o: first_title(o.place) if o.jurisdiction else "")
    number = factory.Sequence(lambda n: f"9999{n:06d}")
    expires_on = factory.LazyAttribute(
        lambda o: (o.at + timedelta(days=730)).date() if o.kind.expires else None
    )
    state = Credential.State.VERIFIED
    checked_at = factory.LazyAttribute(
        lambda o: o.at - timedelta(days=30) if o.state in STATES_THAT_COUNT else None
    )
    checked_source = factory.LazyAttribute(lambda o: "the issuer's register" if o.checked_at else "")

    @classmethod
    def _create(cls, model_class: type[Credential], *args: Any, **kwargs: Any) -> Credential:
        """As `move` would have left it: counting exactly in the states that count."""
        credential = model_class(*args, **kwargs)
        if "counts_until" not in kwargs:
            credential.counts_until = counting_end(credential, credential.state)
        credential.save(force_insert=True)
        return credential


def first_title(place: str) -> str:
    """The abbreviation of the first title of a jurisdiction, if it has one."""
    titles = jurisdictions()[place].titles
    return titles[0].abbreviation if titles else ""


class PracticeFactory(factory.django.DjangoModelFactory):
    """A listed practice in Illinois; see the head of this file.

    `proofs` are the slugs of the credentials that its therapist is given, by default what the law of
    the place names; a dictionary under `proof` goes to each of them.
    """

    class Meta:
        model = Practice

    class Params:
        place = "IL"
        kansas_certified = factory.Trait(place="KS", proofs=("bctmb",))
        kansas_trained = factory.Trait(place="KS", proofs=("training-seen", "liability-insurance"))
        minnesota = factory.Trait(place="MN", proofs=("bctmb",))
        wyoming = factory.Trait(place="WY", proofs=("training-seen", "liability-insurance"))
        california = factory.Trait(place="CA")
        vermont = factory.Trait(place="VT")
        missouri = factory.Trait(place="MO")
        home_based = factory.Trait(at_home=True)
        home_visits_only = factory.Trait(sees_at_clinic=False, home_visit_reach_km=24)
        is_held = factory.Trait(held=True, held_reason="a complaint is being looked into")
        unpublished = factory.Trait(published=False)
        unconfirmed = factory.Trait(confirmed_at=None)
        without_proof = factory.Trait(proofs=())

    at = factory.LazyFunction(timezone.now)
    at_home = False
    proof = factory.LazyFunction(dict)
    proofs = factory.LazyAttribute(
        lambda o: (LEGAL_KIND.get(o.jurisdiction.regulation, "bctmb"),)  # the law's own proof
    )
    therapist = factory.SubFactory(TherapistFactory, at=factory.SelfAttribute("..at"))
    jurisdiction = factory.LazyAttribute(lambda o: Jurisdiction.objects.get(code=o.place))
    city = factory.LazyAttribute(lambda o: PLACES[o.place][0])
    postal_code = factory.LazyAttribute(lambda o: PLACES[o.place][1])
    latitude = factory.LazyAttribute(lambda o: PLACES[o.place][2])
    longitude = factory.LazyAttribute(lambda o: PLACES[o.place][3])
    setting = factory.LazyFunction(lambda: Setting.objects.get(slug="private-practice"))
    published = True
    confirmed_at = factory.LazyAttribute(lambda o: o.at - timedelta(days=1))

    @classmethod
    def _create(cls, model_class: type[Practice], *args: Any, **kwargs: Any) -> Practice:
        """The practice with its public point, and the credentials of its therapist."""
        at, proofs, proof = kwargs.pop("at"), kwargs.pop("proofs"), kwargs.pop("proof")
        point = kwargs["latitude"], kwargs["longitude"]
        kwargs["home_based"] = kwargs.pop("at_home")
        public = snap_home(*point) if kwargs["home_based"] else point
        kwargs["public_latitude"], kwargs["public_longitude"] = public
        practice = model_class.objects.create(*args, **kwargs)
        for slug in proofs:
            CredentialFactory(
                therapist=practice.therapist, slug=slug, place=practice.jurisdiction_id, at=at, **proof
            )
        return practice
