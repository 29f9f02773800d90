"""What made-up people write about themselves: plain sentences that promise nothing."""

import numpy as np

from directory.population.block import BLOCK, Block

OPENINGS = (
    "I work slowly and explain what I do.",
    "My practice is small and quiet.",
    "I came to massage therapy after years in nursing.",
    "I see people with long-lasting pain most days of the week.",
    "I enjoy working together with physicians and physical therapists.",
    "I trained in clinical massage and take courses every year.",
    "Massage therapy is my second career, and I like the pace of it.",
    "I have worked beside chiropractors and physical therapists, and now on my own.",
    "Most people who come to me were sent by somebody who treats them.",
)
METHODS = (
    "We begin with a talk about your history and your goals.",
    "Before we start I ask about medicines, surgery and what your doctor advises.",
    "You decide how much pressure feels right, and we can stop at any time.",
    "I take notes of each session and share them with your clinician if you wish.",
    "Sessions are fully draped and follow a written plan.",
    "A first visit takes a little longer, because I look at how you move.",
    "I show you a few things to do at home, no more than you have time for.",
    "After a few sessions we look together at whether it is worth going on.",
)
ENDINGS = (
    "If massage is not the right thing for you today, I will say so.",
    "I keep a few late appointments for people who work.",
    "Please bring any letter or prescription you have.",
    "Parking is close to the door.",
    "If you are unsure whether to come, call first.",
    "New patients usually wait a week or two.",
    "I reply to messages within two days.",
)
# How people put whom they work with, for conditions that many work with.
WORK_WITH = {
    "back-pain": "who have back pain", "low-back-pain": "who have low back pain",
    "neck-pain": "who have neck pain", "shoulder-pain": "who have shoulder pain",
    "headaches-and-migraines": "who have headaches", "stress": "who are under stress",
    "sciatica": "who have sciatica", "sports-injuries": "who were hurt in sport",
    "fibromyalgia": "who live with fibromyalgia", "upper-back-pain": "who have pain in the upper back",
    "whiplash": "after a car accident", "chronic-pain": "who have had pain for a long time",
    "pregnancy-massage": "who are pregnant", "tmj-disorder": "who have jaw pain",
    "frozen-shoulder": "who have a frozen shoulder", "lymphedema": "who live with lymphedema",
    "cancer-care": "who have or had cancer", "plantar-fasciitis": "who have heel pain",
    "post-surgical-rehabilitation": "after surgery",
    "carpal-tunnel-syndrome": "who have carpal tunnel syndrome",
}  # fmt: skip
PRACTICE_WORDS = (
    "Medical Massage", "Therapeutic Massage", "Bodywork", "Massage Therapy", "Clinical Massage",
    "Neuromuscular Care",
    "Myofascial Studio", "Recovery Massage",
)  # fmt: skip
PRACTICE_PLACES = (
    "Lakeside", "Riverbend", "Northgate", "Maple Street", "Harbor", "Hillcrest", "Oak Park", "Stillwater",
    "Cedar Grove",
    "Union Square", "Summit", "Old Mill", "Garden District", "Prairie", "Bayview", "Elm Tree", "Fairview",
    "Cornerstone",
)  # fmt: skip
STREETS = (
    "Main St", "Oak Ave", "2nd St", "Park Ave", "Maple St", "Cedar Ln", "Washington Ave", "Lake St", "Elm St",
    "Church St", "Grand Ave", "Hill Rd", "Market St", "Franklin Ave", "River Rd", "Highland Ave", "Mill St",
    "Union St",
)  # fmt: skip


def draw_bios(block: Block, foremost: list[str]) -> list[str]:
    """A bio for each person; `foremost` is the condition that each works with most."""
    rng = block.chances("bios")
    silent = (rng.random(BLOCK) < 0.08).tolist()
    shares = (rng.random((4, BLOCK)) < np.array([[0.9], [0.6], [0.85], [0.7]])).tolist()
    picks = rng.integers(0, 5040, size=(3, BLOCK)).tolist()
    bios = []
    for person, condition in enumerate(foremost):
        sentences = [
            OPENINGS[picks[0][person] % len(OPENINGS)] if shares[0][person] else "",
            f"Much of my work is with people {WORK_WITH[condition]}."
            if shares[1][person] and condition in WORK_WITH
            else "",
            METHODS[picks[1][person] % len(METHODS)] if shares[2][person] else "",
            ENDINGS[picks[2][person] % len(ENDINGS)] if shares[3][person] else "",
        ]
        bios.append("" if silent[person] else " ".join(filter(None, sentences)))
    return bios


def practice_name(family: str, chance: float) -> str:
    """A name over the door: none, the therapist's own, or one after a place."""
    if chance < 0.3:
        return ""
    pick = int(chance * 1_000_003)
    word = PRACTICE_WORDS[pick % len(PRACTICE_WORDS)]
    return (
        f"{family} {word}" if chance < 0.55 else f"{PRACTICE_PLACES[pick // 8 % len(PRACTICE_PLACES)]} {word}"
    )


def street(chance: float) -> str:
    """An address in a street that nearly every town has."""
    pick = int(chance * 1_000_003)
    return f"{100 + pick % 4800} {STREETS[pick // 7 % len(STREETS)]}"
