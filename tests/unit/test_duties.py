"""What a clerk can serve: by the hour, by certificates that end, and what their manager is told beforehand."""

from queue_server.domain.duties import Duties, duties_at, ending, lapsed
from queue_server.domain.staff import Certificate, Grant, Person, Skill, serving_shares

MORNING = Skill(queue="A", from_min=540, to_min=720)


def certificate(until: str, queue: str = "A") -> Certificate:
    return Certificate(name="Notary", until=until, queue=queue)


def test_a_certificate_takes_its_queue_away_from_the_day_after_its_last() -> None:
    assert lapsed([certificate("2026-11-22")], "2026-11-22") == frozenset()
    assert lapsed([certificate("2026-11-22")], "2026-11-23") == {"A"}
    assert lapsed([certificate("2026-11-22", queue=""), certificate("")], "2026-11-23") == frozenset()


def test_a_new_certificate_stands_in_for_the_old_one() -> None:
    assert lapsed([certificate("2026-11-22"), certificate("2027-11-22")], "2026-11-23") == frozenset()


def test_a_queue_whose_certificate_has_ended_is_never_served_even_if_nothing_is_left() -> None:
    planned = [("A", 0), ("B", 600)]
    assert serving_shares([MORNING], planned, 600, {"A"}) == [("B", 600)], "the plan's, but for A"
    assert serving_shares([MORNING, Skill(queue="B", handicap_s=60)], planned, 600, {"A"}) == [("B", 60)]
    assert serving_shares([], planned, 600, {"A", "B"}) == []


def test_duties_are_the_same_until_an_hour_comes() -> None:
    duties = Duties(person="p1", skills=(MORNING, Skill(queue="B")))
    assert duties.at(540) == duties.at(719) != duties.at(720)
    assert [each.queue for each in duties.at(720).skills] == ["B"]


def test_someones_duties_are_those_of_this_hall() -> None:
    here = Grant(hall="small", role="window", skills=(MORNING,), certificates=(certificate("2026-11-22"),))
    there = Grant(hall="other", role="window", skills=(Skill(queue="C"),))
    person = Person(id="p1", name="Li", number="1", sign_in="li", grants=(here, there))
    assert duties_at(person, "small", "2026-11-23") == Duties(person="p1", skills=(MORNING,), lapsed=frozenset({"A"}))


def test_a_manager_is_told_a_month_before() -> None:
    rows = [certificate("2026-11-21"), certificate("2026-12-22", ""), certificate("2026-12-23"), certificate("")]
    assert ending(rows, "2026-11-22") == (2, 1)
