"""The numbers that a kiosk may give by itself."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.offline.leases import HOUR_MS, LEAST, MOST, LeaseBook, Pace
from kiosk.offline.slips import Block

DAY = "261122"
ENDS = 24 * HOUR_MS


def block(first: int, last: int, queue: str = "A", day: str = DAY, name: str = "") -> Block:
    return Block(
        id=name or f"{queue}{first}",
        queue=queue,
        first=first,
        last=last,
        first_ordinal=first * 10,
        day=day,
        granted_at=0,
        day_ends_at=ENDS,
    )


def book(*blocks: Block) -> LeaseBook:
    made = LeaseBook(Pace(), DAY, ENDS)
    for each in blocks:
        made.add(each)
    return made


def taken(from_book: LeaseBook, count: int, now: int = 0) -> list[int]:
    numbers = [from_book.take("A", now) for _ in range(count)]
    return [found[1] for found in numbers if found]


def test_numbers_run_from_the_lowest_block_up_and_then_are_gone() -> None:
    assert taken(book(block(10, 12), block(3, 4)), 9) == [3, 4, 10, 11, 12]


def test_nothing_is_given_from_the_end_of_the_day_on() -> None:
    reserve = book(block(1, 5))
    assert taken(reserve, 1, ENDS - 1) == [1]
    assert taken(reserve, 1, ENDS) == []
    assert reserve.left("A", ENDS) == 0
    assert reserve.seen(ENDS) == ()


def test_a_block_of_another_day_is_no_block() -> None:
    reserve = book(block(1, 5, day="261121"))
    assert taken(reserve, 1) == []
    reserve.add(block(1, 5))
    reserve.turn("261123", 2 * ENDS)
    assert (taken(reserve, 1), reserve.held(), reserve.seen(0)) == ([], (), ())


def test_a_block_heard_of_twice_gives_nothing_twice() -> None:
    reserve = book(block(1, 5))
    assert taken(reserve, 3) == [1, 2, 3]
    reserve.add(block(1, 5))
    assert taken(reserve, 9) == [4, 5]


def test_a_block_goes_on_where_the_journal_says() -> None:
    reserve = book()
    reserve.add(block(1, 5), 4)
    assert taken(reserve, 9) == [4, 5]


@given(st.lists(st.sampled_from("tar"), max_size=60))
def test_whatever_happens_no_number_comes_twice(acts: list[str]) -> None:
    reserve, came, top = book(), [], 1
    for act in acts:
        if act == "a":
            reserve.add(block(top, top + 4))
            top += 5
        elif act == "r" and top > 1:
            reserve.add(block(top - 5, top - 1))
        came += taken(reserve, 1)
    assert len(came) == len(set(came))


def test_twenty_of_each_queue_are_asked_for_at_least() -> None:
    assert book().wanted("AB", 0) == (("A", LEAST), ("B", LEAST))
    assert book(block(1, LEAST)).wanted("A", 0) == ()
    assert book(block(1, LEAST - 1)).wanted("A", 0) == (("A", 1),)


def test_two_hours_worth_are_asked_for_as_soon_as_half_is_gone() -> None:
    pace = Pace([("A", 9, 30.0), ("A", 10, 60.0)])
    reserve = LeaseBook(pace, DAY, ENDS)
    now = 9 * HOUR_MS
    assert reserve.wanted("A", now) == (("A", 120),)
    reserve.add(block(1, 60))
    assert reserve.wanted("A", now) == ()
    reserve.take("A", now)
    assert reserve.wanted("A", now) == (("A", 61),)


def test_a_rush_never_asks_for_more_than_a_block_holds() -> None:
    assert LeaseBook(Pace([("A", 0, 9000.0)]), DAY, ENDS).wanted("A", 0) == (("A", MOST),)


def test_a_rush_that_no_other_day_had_counts_too() -> None:
    pace = Pace()
    for at in range(50):
        pace.note("A", at * 1000)
    assert pace.an_hour("A", 60_000) == 50
    assert pace.an_hour("A", 2 * HOUR_MS) == 0


def test_hours_are_learnt_from_day_to_day() -> None:
    pace = Pace()
    for _ in range(40):
        pace.note("A", 9 * HOUR_MS)
    assert pace.end_day() == (("A", 9, 40.0),)
    assert pace.end_day() == (("A", 9, 28.0),)


def test_it_says_how_long_the_numbers_last() -> None:
    reserve = LeaseBook(Pace([("A", 9, 30.0)]), DAY, ENDS)
    reserve.add(block(1, 20))
    assert reserve.minutes_left("A", 9 * HOUR_MS) == 40
    assert reserve.minutes_left("A", 15 * HOUR_MS) is None
    late = LeaseBook(Pace([("A", 23, 1.0)]), DAY, ENDS)
    late.add(block(1, 20))
    assert late.minutes_left("A", ENDS - 600_000) == 10


def test_a_restored_server_is_told_all_that_was_promised() -> None:
    reserve = book(block(1, 5))
    fresh = block(40, 40)
    reserve.saw(fresh)
    taken(reserve, 5)
    assert reserve.held() == (fresh,)
    assert reserve.seen(0) == (("A", 40),)
    reserve.add(block(50, 51))
    assert reserve.held() == (block(50, 51),)
