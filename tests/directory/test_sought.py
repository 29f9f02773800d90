"""The first page leads with what people most often look for, by an ordering that is data."""

from datetime import date

from django.test import Client

from directory.sought import groups_by_demand, sought_first
from directory.vocabulary import read_data, vocabulary


def test_every_group_and_every_condition_stands_once() -> None:
    known = vocabulary()
    assert {group.slug for group, _ in groups_by_demand()} == {group.slug for group in known.groups}
    slugs = [entry.slug for _, conditions in groups_by_demand() for entry in conditions]
    assert sorted(slugs) == sorted(known.conditions)
    for group, conditions in groups_by_demand():
        assert {entry.group for entry in conditions} == {group.slug}


def test_the_ordering_is_dated_and_gives_its_reasons() -> None:
    data = read_data("sought_first.json")
    assert date.fromisoformat(data["meta"]["reviewed_on"]) <= date.today()
    assert all(row["reason"] for row in data["groups"])
    assert len({*data["overall"]}) == len(data["overall"])


def test_the_first_page_leads_with_them(client: Client) -> None:
    html = client.get("/").content.decode()
    assert [entry.name for entry in sought_first()][:3] == ["Low back pain", "Neck pain", "Sciatica"]
    for condition in sought_first():
        assert f'href="/conditions/{condition.slug}/"' in html
    first = {row["group"]: row["conditions"][0] for row in read_data("sought_first.json")["groups"]}
    for group, slug in first.items():
        block = html[html.index(f'id="group-{group}"') :]
        assert block.index("<li>") < block.index(f"/conditions/{slug}/") < block.index("</li>")
    assert "/conditions/" in html
