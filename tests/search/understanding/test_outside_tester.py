"""What an outside tester typed: each was once read wrongly."""

import pytest

from search.understanding import understand
from search.understanding.red_flags import flag_texts

ALARMS = [
    ("suicidal", "me quiero matar"),
    ("stroke", "slurred speech"),
    ("stroke", "can't move my left arm suddenly"),
    ("stroke", "face drooping"),
    ("stroke", "se me cayó media cara"),
    ("stroke", "entumecimiento en la cara de repente"),
    ("cauda_equina", "I can't feel my legs"),
    ("nerve_weakness", "my foot drops and I trip"),
    ("cauda_equina", "bladder accident and back pain"),
    ("temporal_arteritis", "vision loss and headache"),
    ("temporal_arteritis", "jaw pain and scalp tender vision"),
    ("dvt", "falta de aire y dolor en la pierna"),
    ("dvt", "bruise and swelling in leg after long flight"),
    ("dvt", "pregnant and swollen leg"),
    ("fracture", "thigh pain after falling off ladder, can't walk"),
    ("chest_pain", "coughing blood"),
    ("cancer_unexplained", "breast lump"),
    ("infection", "open wound on back"),
    ("blood_thinners", "warfarin"),
    ("blood_thinners", "anticoagulante"),
    ("blood_thinners", "tomo anticoagulantes y me duele el hombro"),
    ("blood_thinners", "sore neck, on a blood thiner"),
]
CALM = [
    "dont have cancer",
    "cancer free 10 years, sore neck",
    "my mother has cancer, I have neck pain",
    "my grandmother had a blood clot",
    "cold fever",
    "not on blood thinners, sore neck",
    "craniosacral",
    "vertigo",
]
ASKS = [
    ("sciatica and low back", {"sciatica", "low-back-pain"}),
    ("migraine and neck", {"migraine", "neck-pain"}),
    ("carpal tunnel and neck", {"carpal-tunnel-syndrome", "neck-pain"}),
    ("golfer's elbow and low back", {"golfers-elbow", "low-back-pain"}),
    ("tennis elbow, shoulders", {"tennis-elbow", "shoulder-pain"}),
    ("migraña y cuello", {"migraine", "neck-pain"}),
    ("cancer free 10 years, sore neck", {"neck-pain"}),
    ("my mother has cancer, I have neck pain", {"neck-pain"}),
    ("mi mamá tiene cáncer, a mí me duele el cuello", {"neck-pain"}),
    ("my brother has migraines but I have a stiff neck", {"stiff-neck-torticollis"}),
    ("craniosacral", {"craniosacral-therapy"}),
    ("failed back surgery", {"failed-back-surgery"}),
    ("wrist pain", {"wrist-hand-pain"}),
    ("pain", {"chronic-pain"}),
    ("desk job shoulders", {"posture-problems"}),
    ("trigeminal neuralgia", {"trigeminal-neuralgia"}),
    ("shoulder impingement", {"shoulder-impingement"}),
    ("meniscus injury", {"knee-ligament-meniscus-injury"}),
    ("sprains", {"sprains-and-strains"}),
    ("on eliquis, want deep tissue", {"deep-tissue-massage"}),
    ("dont have cancer", set()),
    ("female therapist", set()),
    ("wheelchair accessible", set()),
    ("habla español", set()),
    ("home visit", set()),
    ("847.0", set()),
]


@pytest.mark.parametrize(("key", "q"), ALARMS)
def test_sends_to_a_doctor_first(key: str, q: str) -> None:
    assert key in {flag.key for flag in understand(q).red_flags}


@pytest.mark.parametrize("q", CALM)
def test_does_not_alarm(q: str) -> None:
    assert understand(q).red_flags == ()


@pytest.mark.parametrize(("q", "slugs"), ASKS)
def test_asks_what_is_meant_and_no_more(q: str, slugs: set[str]) -> None:
    assert {ask.terms[0].slug for ask in understand(q).asks} == slugs


@pytest.mark.parametrize(
    "q",
    [
        "my mom has a swollen arm after breast surgery",
        "my dad has parkinsons, I'm looking for home visits",
        "my dad had a stroke, I need someone for his hand",
    ],
)
def test_a_relative_may_be_who_the_search_is_for(q: str) -> None:
    assert understand(q).asks


def test_vertigo_is_no_condition_of_ours_and_stays_a_word() -> None:
    assert understand("vertigo").words == ("vertigo",)


@pytest.mark.parametrize("q", ["free massage for neck pain", "neck pain, free consultation"])
def test_free_of_charge_denies_nothing(q: str) -> None:
    assert {ask.terms[0].slug for ask in understand(q).asks} == {"neck-pain"}


def test_the_caution_for_blood_thinners_is_no_emergency() -> None:
    assert not flag_texts()["blood_thinners"].emergency
