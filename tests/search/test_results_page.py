"""The results page as a stranger meets it: every state has its words, bad input is mended, nothing leaks."""

import re
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from directory.credentials import Grounds, move
from directory.models import Credential, Practice
from directory.vocabulary import vocabulary
from search.drain import drain_all
from search.models import SearchCard, SearchRow
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    """A listed practice in Chicago with its row."""
    made = PracticeFactory()
    rebuild(made)
    return made


def rebuild(*practices: Practice) -> None:
    from directory.signals import practices_changed

    practices_changed.send(Practice, ids=[row.pk for row in practices])
    drain_all()


def near(practice: Practice) -> str:
    return f"{practice.public_latitude:.2f},{practice.public_longitude:.2f}"


def shown(client, **params) -> str:
    response = client.get("/search/", params)
    assert response.status_code == 200
    page: str = response.content.decode()
    return page


def test_a_listed_practice_is_found_where_it_is(client, practice):
    page = shown(client, near=near(practice))
    assert practice.therapist.name in page
    assert f"/practices/{practice.pk}/" in page


STATES = {
    "nothing": ({}, "Two things are needed"),
    "words without a place": ({"q": "sciatica"}, "Where should we look?"),
    "unknown words": ({"q": "flurble gronk", "near": "60614"}, "We do not know"),
    "unknown place": ({"q": "sciatica", "near": "qqqqzzzz"}, "There is a problem"),
    "ambiguous place": ({"q": "sciatica", "near": "Springfield"}, "Which one?"),
    "foreign place": ({"q": "sciatica", "near": "Toronto, Canada"}, "There is a problem"),
    "unmapped code": ({"q": "A00", "near": "60614"}, "No condition here goes with"),
    "nobody there": ({"q": "sciatica", "near": "99705"}, "What you can do"),
    "a region": ({"near": "Vermont"}, "in Vermont"),
}


@pytest.mark.parametrize("case", STATES)
def test_every_state_has_words_of_its_own(client, practice, case):
    params, words = STATES[case]
    page = shown(client, **params)
    assert words in page
    if case != "a region":
        assert practice.therapist.name not in page


BAD = [
    {"within": "-1"}, {"within": "0"}, {"within": "nan"}, {"within": "1e309"}, {"within": "wide"},
    {"within": "0.0001"}, {"sort": "_script"}, {"gender": "robot"},
    {"payment": ["self-pay", "gold"]},
    {"unstated": "zzz"}, {"evidence": "divine"}, {"q": "x" * 10_000}, {"near": "y" * 10_000},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: str(bad)[:40])
def test_bad_input_is_named_and_the_words_are_kept(client, practice, bad):
    page = shown(client, **({"q": "back pain", "near": "60614"} | bad))
    assert "There is a problem" in page
    assert "We have not searched yet" in page
    if "q" not in bad:
        assert 'value="back pain"' in page


@pytest.mark.parametrize(
    "text", ["\x00", "*:*", "a\x00b", "😀", "_exists_:x", "/.*/", '{"a":', "' OR 1=1 --", "%"]
)
def test_odd_text_is_text(client, practice, text):
    shown(client, q=text, near="60614")
    shown(client, q="sciatica", near=text)


@pytest.mark.parametrize("name", ["page", "day"])
@pytest.mark.parametrize("value", ["x", "-1", "-5", "1e20", "9" * 30, "٣"])
def test_numbers_that_nobody_can_mend_are_left_out(client, practice, name, value):
    assert practice.therapist.name in shown(client, near=near(practice), **{name: value})


def test_a_place_among_the_words_is_used_and_said(client, practice):
    page = shown(client, q="massage in 60614")
    assert "Looking near 60614 Chicago, IL, found in your words." in page
    assert practice.therapist.name in page
    assert "near=60614" in page  # the links of the page carry the place


def test_a_county_is_searched_from_its_middle(client, practice):
    page = shown(client, near="Cook County, IL", within="25")
    assert "of Cook County, IL" in page
    assert "We measure from the middle of Cook County, IL." in page
    assert practice.therapist.name in page


def test_filters_outlive_a_wrong_place(client, practice):
    page = shown(client, q="back pain", near="00000", language="es", accepting="yes", within=40)
    for name, value in (("language", "es"), ("accepting", "yes")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_words_that_ask_for_nothing_in_particular_list_everybody_near(client, practice):
    assert practice.therapist.name in shown(client, q="massage therapist", near=near(practice))


def test_a_page_too_far_is_the_last_one(client, practice):
    assert practice.therapist.name in shown(client, near=near(practice), page=10**9)


def test_no_cookie_and_no_foreign_host(client, practice):
    for path in ("/", f"/search/?near={near(practice)}", "/how-ranking-works/", f"/practices/{practice.pk}/"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
        page = response.content.decode()
        sources = re.findall(
            r'<(?:script|img|link|iframe|source)[^>]+(?:src|href)="(https?:)?//([^/"]+)', page
        )
        assert [host for _, host in sources if host != "testserver"] == []


def test_results_take_few_statements_whatever_their_number(client, django_assert_max_num_queries):
    practices = [PracticeFactory() for _ in range(15)]
    rebuild(*practices)
    counts = []
    for kept in (3, 15):
        SearchRow.objects.exclude(practice__in=practices[:kept]).delete() if kept == 3 else rebuild(
            *practices
        )
        with django_assert_max_num_queries(8) as captured:
            shown(client, near=near(practices[0]))
        assert isinstance(captured, CaptureQueriesContext)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_expired_licence_leaves_every_surface_with_no_job_run(client, practice, time_machine):
    end = Practice.objects.with_listing_end().get(pk=practice.pk).listing_end  # type: ignore[attr-defined]
    place = near(practice)
    time_machine.move_to(end - timedelta(minutes=2), tick=False)
    assert practice.therapist.name in shown(client, near=place)
    assert client.get(f"/practices/{practice.pk}/").status_code == 200
    time_machine.move_to(end + timedelta(seconds=1), tick=False)
    assert practice.therapist.name not in shown(client, near=place)
    assert client.get(f"/practices/{practice.pk}/").status_code == 410


def test_a_suspended_licence_leaves_every_surface_though_the_row_is_old(client, practice):
    credential = practice.therapist.credentials.get(jurisdiction__isnull=False)
    move(credential, Credential.State.SUSPENDED, grounds=Grounds(role="desk", reason="board action"))
    assert SearchRow.objects.filter(practice=practice).exists(), "the drain has not run: the row is stale"
    page = shown(client, near=near(practice))
    assert practice.therapist.name not in page
    assert "No therapists" in page
    assert client.get(f"/practices/{practice.pk}/").status_code == 410


def test_the_drain_removes_what_may_not_be_shown(practice):
    Practice.objects.filter(pk=practice.pk).update(held=True, held_reason="a complaint")
    rebuild(practice)
    assert not SearchRow.objects.filter(practice=practice).exists()


def test_a_home_shows_neither_its_street_nor_its_true_point(client):
    home = PracticeFactory(home_based=True, street="77 Secret Lane")
    rebuild(home)
    facts = SearchCard.objects.get(practice=home).facts
    for page in (shown(client, near=near(home)), client.get(f"/practices/{home.pk}/").content.decode()):
        assert home.therapist.name in page
        assert "Secret Lane" not in page
        assert f"{home.latitude:.4f}" not in page
    assert "Secret" not in str(facts)
    assert str(home.latitude) not in str(facts)


def test_a_name_is_found_without_a_place(client, practice):
    page = shown(client, q=practice.therapist.name)
    assert practice.therapist.name in page
    assert "with that name" in page


def test_a_red_flag_comes_first_and_the_choice_stays_free(client, practice):
    page = shown(
        client, q="back pain and I cannot feel my groin and lost bladder control", near=near(practice)
    )
    assert "Please see a doctor first" in page
    assert page.index("Please see a doctor first") < page.index('id="search-form"')


def test_shown_points_add_up_by_hand(client, practice):
    page = shown(client, near=near(practice))
    points = [float(number) for number in re.findall(r'<td class="number">([\d.]+) <span', page)]
    assert points
    assert sum(points[:-1]) == pytest.approx(points[-1])


def test_an_unpublished_practice_was_never_here(client):
    hidden = PracticeFactory(unpublished=True)
    assert client.get(f"/practices/{hidden.pk}/").status_code == 404


def test_the_instant_is_now(client, practice):
    assert practice.confirmed_at <= timezone.now()


def test_an_ambiguous_place_is_named_though_the_radius_is_wrong_too(client, practice):
    page = shown(client, q="sciatica", near="Springfield", within="-1")
    assert "Give a radius between 1 and 500 miles." in page
    assert "Which one?" in page
    assert "Springfield, IL" in page


def test_values_of_short_lists_are_named_though_nobody_has_them(client, practice):
    practice.access_features.clear()
    rebuild(practice)
    page = shown(client, near=near(practice))
    for value in vocabulary().access_features.values():
        assert f'<span>{escape(value.name)}</span><span class="number">0</span>' in page
        option = re.search(rf'<input[^>]* id="f-access-{value.slug}"[^>]*>', page)
        assert option, value.slug
        assert " disabled" in option.group()


def test_a_chosen_value_can_be_taken_back_though_nobody_has_it(client, practice):
    practice.access_features.clear()
    rebuild(practice)
    slug = next(iter(vocabulary().access_features))
    page = shown(client, near=near(practice), access=slug)
    option = re.search(rf'<input[^>]* id="f-access-{slug}"[^>]*>', page)
    assert option
    assert " checked" in option.group()
    assert " disabled" not in option.group()


def test_a_card_says_what_counts_before_it_is_opened(client, practice):
    page = shown(client, near=near(practice))
    card = page[page.index('<article class="card"') : page.index("</article>")]
    unopened = card[: card.index("<details")]
    for words in ("miles", "Accepting new patients", "Price: ask", "Confirmed", "checked on"):
        assert words in unopened
    assert unopened.index("Price: ask") < unopened.index("checked on")
    assert " at " not in unopened[unopened.index("checked on") :]


def test_where_nobody_is_there_are_no_filters_but_those_in_force(client, practice):
    assert 'id="filters"' not in shown(client, q="sciatica", near="99705")
    page = shown(client, near=near(practice), language="es")
    assert "No therapists" in page
    assert 'id="filters"' in page


def test_a_code_that_has_become_a_group_offers_its_exact_codes(client, practice):
    page = shown(client, q="g35", near=near(practice))
    assert "Multiple sclerosis" in page
    assert "G35.A Relapsing-remitting multiple sclerosis" in page
    assert "q=G35.A" in page


def test_a_page_whose_people_were_all_just_taken_off_says_so(client):
    made = [PracticeFactory() for _ in range(22)]
    rebuild(*made)
    page = shown(client, near=near(made[0]))
    ids = [int(pk) for pk in re.findall(r'<h3[^>]*>.*?href="/practices/(\d+)/"', page)]
    Practice.objects.filter(pk__in=ids).update(held=True, held_reason="looked into")
    page = shown(client, near=near(made[0]))
    assert "20 of this page have just been taken off the list" in page
    assert "The next page goes on with the others." in page
    assert "2 therapists" in page


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("get", "/watch/confirm/", 405, "only when a button is pressed"),
        ("post", "/search/", 403, "You cannot open this page"),
    ],
)
def test_what_is_refused_before_any_view_has_a_page(client, method, path, status, words):
    client.handler.enforce_csrf_checks = True
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert words in response.content.decode()
