"""Which conditions lead each group on the first page: an ordering that is data, dated and with reasons."""

from functools import cache

from directory.vocabulary import ConditionEntry, ConditionGroup, read_data, vocabulary


@cache
def sought_first() -> tuple[ConditionEntry, ...]:
    """What people most often look for, over all groups."""
    known = vocabulary().conditions
    return tuple(known[slug] for slug in read_data("sought_first.json")["overall"])


@cache
def groups_by_demand() -> tuple[tuple[ConditionGroup, tuple[ConditionEntry, ...]], ...]:
    """Every group with all its conditions, the most sought ones first; the rest keep their order."""
    known = vocabulary()
    named = {group.slug: group for group in known.groups}
    ordered = []
    for row in read_data("sought_first.json")["groups"]:
        members = {slug: entry for slug, entry in known.conditions.items() if entry.group == row["group"]}
        slugs = dict.fromkeys([*row["conditions"], *members])
        ordered.append((named[row["group"]], tuple(members[slug] for slug in slugs)))
    return tuple(ordered)
