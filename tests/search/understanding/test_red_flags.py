"""A doctor first: what must be seen, and what must not alarm."""

import pytest

from search.understanding import understand
from search.understanding.red_flags import flag_texts, rules

KEYS = {
    "infection", "dvt", "fracture", "cauda_equina", "chest_pain", "suicidal", "pregnancy_warning", "stroke",
    "cancer_unexplained", "temporal_arteritis", "sudden_headache", "head_injury", "nerve_weakness",
    "abdominal_emergency", "myelopathy", "artery_dissection", "tendon_rupture", "foot_wound", "rhabdo",
    "compartment_syndrome", "hypertensive_crisis", "infant_warning", "poor_circulation",
    "autonomic_dysreflexia", "surgery_clearance", "cancer_treatment", "heart_disease", "kidney_disease",
    "pmr", "sjogren", "blood_thinners",
}  # fmt: skip

SEEN = [
    ("dvt", "left calf swollen and warm after a long flight"),
    ("dvt", "pierna izquierda hinchada y caliente despues del viaje"),
    ("infection", "knee pain with fever"),
    ("infection", "incision is oozing pus"),
    ("infection", "me duele la espalda y tengo fiebre"),
    ("cauda_equina", "low back pain and new numbness with bladder trouble"),
    ("cauda_equina", "numb in the saddle area, can't pee"),
    ("cauda_equina", "dolor de espalda y no puedo orinar"),
    ("fracture", "fell down the stairs today and can't put weight on my ankle"),
    ("chest_pain", "chest pressure and my left arm hurts"),
    ("chest_pain", "dolor en el pecho y falta de aire"),
    ("suicidal", "i want to die, the pain is too much"),
    ("suicidal", "ya no quiero vivir con este dolor"),
    ("pregnancy_warning", "30 weeks pregnant and bleeding"),
    ("stroke", "sudden face droop and slurred speech"),
    ("cancer_unexplained", "back pain at night and losing weight without trying"),
    ("temporal_arteritis", "age 72 new headache at my temple and jaw pain chewing"),
    ("sudden_headache", "worst headache of my life"),
    ("head_injury", "hit my head yesterday and keep throwing up"),
    ("nerve_weakness", "new foot drop with sciatica"),
    ("abdominal_emergency", "severe stomach pain, vomiting, can't pass gas"),
    ("myelopathy", "clumsy hands and unsteady walking with neck pain"),
    ("artery_dissection", "sudden neck pain, dizzy and seeing double"),
    ("tendon_rupture", "felt a pop in my achilles and can't push off"),
    ("foot_wound", "diabetic with an open sore on my foot"),
    ("rhabdo", "dark urine after crossfit, muscles swollen"),
    ("compartment_syndrome", "calf rock hard and numb after a kick"),
    ("hypertensive_crisis", "blood pressure 195 over 120 today"),
    ("infant_warning", "newborn with fever and colic"),
    ("poor_circulation", "toe is blue, ice cold and won't warm up"),
    ("autonomic_dysreflexia", "spinal cord injury, pounding headache and sweating"),
    ("surgery_clearance", "had knee surgery last week"),
    ("cancer_treatment", "in chemo right now, shoulder pain"),
    ("heart_disease", "congestive heart failure, swollen legs"),
    ("kidney_disease", "on dialysis, back pain"),
    ("pmr", "polymyalgia rheumatica"),
    ("sjogren", "sjogren's and dry eyes"),
    # What stands elsewhere in the text takes nothing away.
    ("chest_pain", "chest pain at the gym, breast cancer survivor"),
    ("dvt", "had a hysterectomy years ago, now my calf is swollen and hot since the flight"),
    ("dvt", "sprained ankle cleared by the er, also my calf is red, warm and swollen"),
    ("infection", "knee surgery two years ago, now fever and a hot swollen knee"),
    ("infection", "pus from the incision, want drainage massage"),
    ("dvt", "no fever but my leg is hot, red and swollen"),
]

QUIET = [
    "knee pain, no fever",
    "blood clot ruled out, calf still sore",
    "low back pain, no numbness, no bladder problems",
    "lower back pain after gardening",
    "sore shoulder from the gym",
    "numb fingers at night",
    "swollen legs at the end of the day",
    "massage after a c section two years ago",
    "tension headache every afternoon",
    "sprained ankle six weeks ago, nothing broken",
    "prenatal massage, 24 weeks, feeling fine",
    "stroke three years ago, stiff arm",
    "mastectomy in 2019, arm swelling",
    "sin fiebre, me duele la rodilla",
    "dolor de cuello por el celular",
    "chest muscles tight from bench press",
    "panic attacks and tight jaw",
    "deep tissue massage",
    "",
]


@pytest.mark.parametrize(("key", "q"), SEEN)
def test_red_flags_are_seen(key: str, q: str) -> None:
    assert key in {flag.key for flag in understand(q).red_flags}


@pytest.mark.parametrize("q", QUIET)
def test_no_false_alarm(q: str) -> None:
    assert understand(q).red_flags == ()


def test_every_key_has_a_text_in_both_languages_and_a_rule() -> None:
    assert set(flag_texts()) == KEYS
    assert {rule.key for rule in rules()} == KEYS
    assert all(text.en and text.es and text.en != text.es for text in flag_texts().values())


def test_emergencies_name_the_number_and_come_first() -> None:
    flags = understand("chest pressure, left arm numb, had surgery last week").red_flags
    assert [flag.key for flag in flags] == ["chest_pain", "surgery_clearance"]
    assert flags[0].emergency
    assert "911" in flags[0].text
    assert "988" in flag_texts()["suicidal"].en


def test_the_text_follows_the_language() -> None:
    (flag,) = understand("tengo fiebre y me duele la espalda").red_flags
    assert "fiebre" in flag.text.lower()


def test_the_ask_is_still_understood() -> None:
    answer = understand("low back pain and I lost control of my bladder")
    assert answer.conditions[0].slug == "low-back-pain"
    assert answer.red_flags


@pytest.mark.parametrize(
    "words",
    [
        "new one-sided leg swelling",
        "one leg swollen",
        "one-sided leg swelling",
        "sudden leg swelling one side",
        "new swelling in one calf",
        "new one sided arm swelling",
        "hinchazón nueva de una pierna",
    ],
)
def test_new_swelling_of_one_limb_is_a_possible_clot(words):
    assert "dvt" in {flag.key for flag in understand(words).red_flags}


@pytest.mark.parametrize(
    "words",
    ["arm swelling after mastectomy", "both legs swollen at night", "swollen ankle, twisted it", "sore calf"],
)
def test_other_swelling_raises_no_clot_alarm(words):
    assert "dvt" not in {flag.key for flag in understand(words).red_flags}
