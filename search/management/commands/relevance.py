"""Does the order put the right therapist first? Before and after a change of weights."""

import json
import math
from dataclasses import asdict
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.judged import judged_practices, judged_searches
from search.policy import POLICY, FactorName, Policy
from search.relevance import GATE, Scored, mean_ndcg, moves, score_all


class Command(BaseCommand):
    """`relevance --weights nearness=20,fit=50`: nDCG@10 of the judged searches, before and after, as JSON.

    Nothing of the site is changed: the made-up practices are written and taken back in one transaction.
    Weights that are not named stay; `points` says what they add up to, which is 100 in a policy in force.
    """

    help = "nDCG@10 of the judged searches under the policy in force and, with --weights, under another one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weights", metavar="NAME=POINTS,..", help="other points for some factors")

    def handle(self, *_args: Any, **options: Any) -> None:
        other = POLICY.reweighted(_weights(options["weights"])) if options["weights"] else None
        searches, practices = judged_searches(), judged_practices()
        if not practices.built:
            raise CommandError("Nobody could be listed: run load_vocabulary first.")
        before = score_all(searches, practices)
        after = score_all(searches, practices, other) if other else None
        self.stdout.write(json.dumps(as_json(before, after, other), ensure_ascii=False))


def _weights(text: str) -> dict[FactorName, float]:
    """Points by factor, as they were typed."""
    known: tuple[FactorName, ...] = get_args(FactorName)
    found: dict[FactorName, float] = {}
    for pair in text.split(","):
        name, _, points = pair.partition("=")
        factor = next((one for one in known if one == name.strip()), None)
        try:
            value = float(points)
        except ValueError:
            value = -1.0
        if factor is None or not math.isfinite(value) or not 0 <= value <= 1000:
            raise CommandError(
                f"--weights takes NAME=POINTS, separated by commas; the names are: {', '.join(known)}"
            )
        found[factor] = value
    return found


def as_json(before: list[Scored], after: list[Scored] | None, other: Policy | None) -> dict[str, object]:
    """The whole report; without another policy there is no `after`."""
    told: dict[str, object] = {
        "searches": len(before),
        "judged": sum(one.ndcg is not None for one in before),
        "gate": GATE,
        "before": _policy(POLICY, before),
    }
    if after is not None and other is not None:
        differences = [(new.ndcg or 0.0) - (old.ndcg or 0.0) for old, new in zip(before, after, strict=True)]
        told["after"] = _policy(other, after)
        told["better"] = sum(difference > 1e-9 for difference in differences)
        told["worse"] = sum(difference < -1e-9 for difference in differences)
    told["results"] = [
        _result(old, new)
        for old, new in zip(before, after if after is not None else [None] * len(before), strict=True)
    ]
    return told


def _policy(policy: Policy, scored: list[Scored]) -> dict[str, object]:
    mean = mean_ndcg(scored)
    return {
        "weights": {factor.name: factor.points for factor in policy.factors},
        "points": sum(factor.points for factor in policy.factors),
        "ndcg": round(mean, 4),
        "passes": mean >= GATE and not any(one.wrongly_shown for one in scored),
    }


def _result(before: Scored, after: Scored | None) -> dict[str, object]:
    told: dict[str, object] = {"search": dict(before.search.form), "before": _rounded(before.ndcg)}
    if after is None:
        told["shown"] = [
            {"practice": key, "grade": before.search.grades.get(key, 0)} for key in before.shown[:10]
        ]
    else:
        told["after"] = _rounded(after.ndcg)
        told["moves"] = [asdict(move) for move in moves(before, after)]
    wrong = [*before.wrongly_shown, *(after.wrongly_shown if after else ())]
    return {**told, "wrongly_shown": sorted(set(wrong))} if wrong else told


def _rounded(ndcg: float | None) -> float | None:
    return None if ndcg is None else round(ndcg, 4)
