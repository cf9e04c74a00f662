"""The steps of a ticket, one by one: what they ask for, and what they never ask for."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.offline import arrivals, steps
from kiosk.offline.clock import Anchor, HallClock
from kiosk.offline.desk import OFFER_MS, Desk
from kiosk.offline.leases import MOST_HELD
from kiosk.offline.marks import Steps
from kiosk.offline.ports import (
    AWAY,
    PAPER,
    UNSURE,
    Answer,
    Answered,
    Arrive,
    Arrived,
    Cancel,
    Effect,
    Granted,
    HandIn,
    Jam,
    Lease,
    Mark,
    Note,
    NotKept,
    Outcome,
    Print,
    Saved,
    Spurned,
)
from kiosk.offline.slips import (
    ASIDE,
    BEGUN,
    DROPPED,
    ENDED,
    IN,
    JAMMED,
    KEPT,
    NO,
    PRINTED,
    UNKNOWN,
    VOID,
    Asked,
    Block,
    Slip,
)

NOW = 1_000_000_000
DAY = "261122"
BLOCK = Block(
    id="L1", queue="A", first=21, last=40, first_ordinal=500, day=DAY, granted_at=NOW - 9, day_ends_at=NOW + 9_000_000
)
FRESH = replace(BLOCK, id="L2", first=77, last=77, first_ordinal=900, tokens=("secret",))
ASKED = Asked(queue="A", service="1-2-3")
WAITING = Answered((Outcome("waiting", {"ahead": 4}),))
FULL = NotKept("JOURNAL_FULL")


def desk(
    online: bool = True, slips: tuple[Slip, ...] = (), after_ms: int = 0, blocks: bool = True, greeted: bool = True
) -> Desk:
    saved = Saved(
        installation="i1",
        counter=len(slips),
        slips=slips,
        blocks=((BLOCK, 21),) if blocks else (),
        day=DAY,
        day_ends_at=BLOCK.day_ends_at,
        epoch="1",
    )
    anchor = Anchor(server_at=NOW, boot_at=0, boot_id="b", wall_at=NOW)
    here = Desk(saved, HallClock(lambda: after_ms, "b", lambda: NOW + after_ms, anchor), online)
    here.greeted = here.returns if greeted else 0
    return here


def comes_back(here: Desk) -> None:
    """The server, and it is as it was."""
    here.online = True
    here.greeted = here.returns


def slip(counter: int = 1, paper: str = PRINTED, sent: str = NO) -> Slip:
    return Slip(
        counter=counter,
        asked=ASKED,
        lease="L9",
        day=DAY,
        number=counter,
        ordinal=counter,
        token="t",
        taken_at=NOW,
        paper=paper,
        sent=sent,
    )


def run(some: Steps[Any], *answers: Answer | Callable[[Effect], Answer]) -> tuple[list[Effect], Any]:
    """Plays the world: these answers, in order. All of them must be asked for, and no more."""
    asked: list[Effect] = []
    left = list(answers)
    answer: Answer = None
    while True:
        try:
            effect = some.send(answer)
        except StopIteration as end:
            assert left == []
            return asked, end.value
        asked.append(effect)
        following = left.pop(0)
        answer = following(effect) if callable(following) else following


def kinds(effects: list[Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def test_online_a_fresh_number_is_kept_handed_in_and_then_printed() -> None:
    here = desk()
    asked, taken = run(steps.take(here, ASKED), Granted((FRESH,)), None, WAITING, None, PAPER, None)
    assert kinds(asked) == ["Lease", "Keep", "HandIn", "Mark", "Print", "Mark"]
    lease, _, hand_in, begun, print_, done = asked
    assert isinstance(lease, Lease)
    assert (lease.wanted, lease.held, lease.seen) == ((("A", 1),), (BLOCK,), (("A", 40),))
    assert isinstance(hand_in, HandIn)
    assert (hand_in.printed, hand_in.key) == (False, "i1:1")
    assert lease.limit_s + hand_in.limit_s < 1.0
    assert isinstance(begun, Mark)
    assert (begun.slips[0].paper, begun.slips[0].sent) == (BEGUN, IN)
    assert isinstance(print_, Print)
    assert (print_.ticket, print_.copy, print_.slip.offline) == ({"ahead": 4}, False, False)
    assert (print_.slip.text, print_.slip.ticket, print_.slip.token) == ("A077", "261122-0000900", "secret")
    assert isinstance(done, Mark)
    assert taken == steps.Taken(done.slips[0], {"ahead": 4})
    assert (taken.slip.paper, here.pending) == (PRINTED, 0)


def test_offline_the_reserve_serves_without_asking_anybody() -> None:
    here = desk(online=False)
    asked, taken = run(steps.take(here, ASKED), None, None, PAPER, None)
    assert kinds(asked) == ["Keep", "Mark", "Print", "Mark"]
    # 21 may have been in the hands of the process before.
    assert (taken.slip.number, taken.slip.ordinal, taken.slip.offline, taken.ticket) == (22, 501, True, None)
    assert here.pending == 1


def test_a_server_that_goes_away_half_way_is_asked_once() -> None:
    asked, taken = run(steps.take(desk(), ASKED), AWAY, None, None, PAPER, None)
    assert kinds(asked) == ["Lease", "Keep", "Mark", "Print", "Mark"]
    assert taken.slip.offline
    asked, taken = run(steps.take(desk(), ASKED), Granted((FRESH,)), None, AWAY, None, PAPER, None)
    assert (taken.slip.number, taken.slip.offline, taken.slip.sent) == (77, True, NO)


def test_with_no_numbers_left_the_visitor_is_told() -> None:
    asked, denied = run(steps.take(desk(online=False, blocks=False), ASKED))
    assert (asked, denied) == ([], steps.Denied("NO_NUMBERS"))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answered((Outcome("refused", problem={"code": "HALL_CLOSED"}),)), "HALL_CLOSED"),
        (Answered((Outcome("late"),)), "DAY_OVER"),
        (Spurned(401, "TOKEN_WRONG"), "TOKEN_WRONG"),
    ],
)
def test_what_the_server_refuses_is_not_printed(answer: Answer, code: str) -> None:
    here = desk()
    asked, denied = run(steps.take(here, ASKED), Granted((FRESH,)), None, answer, None)
    assert kinds(asked) == ["Lease", "Keep", "HandIn", "Mark"]
    assert isinstance(asked[-1], Mark)
    assert (asked[-1].slips[0].paper, asked[-1].slips[0].why) == (VOID, code)
    assert (denied.code, here.pending) == (code, 0)


def test_a_revoked_kiosk_does_not_fall_back_on_its_reserve() -> None:
    asked, denied = run(steps.take(desk(), ASKED), Spurned(401, "TOKEN_WRONG"))
    assert (kinds(asked), denied.code) == (["Lease"], "TOKEN_WRONG")


def test_what_cannot_be_kept_is_neither_printed_nor_sent_and_its_number_is_burnt() -> None:
    here = desk(online=False)
    asked, denied = run(steps.take(here, ASKED), FULL)
    assert (kinds(asked), denied.code, here.pending) == (["Keep"], "JOURNAL_FULL", 0)
    asked, denied = run(steps.take(here, ASKED), FULL)
    assert (asked, denied.code) == ([Note(used=(("L1", 23),))], "JOURNAL_FULL")
    asked, taken = run(steps.take(here, ASKED), None, None, None, PAPER, None)
    assert (kinds(asked)[0], taken.slip.number) == ("Note", 23)


def test_what_cannot_be_marked_is_not_printed_and_leaves_the_queue() -> None:
    here = desk()
    asked, denied = run(steps.take(here, ASKED), Granted((FRESH,)), None, WAITING, FULL)
    assert ("Print" in kinds(asked), denied.code) == (False, "JOURNAL_FULL")
    asked, _ = run(steps.settle(here), FULL)
    assert kinds(asked) == ["Mark"]
    asked, _ = run(steps.settle(here), None, Answered(), None)
    assert kinds(asked) == ["Mark", "Cancel", "Mark"]


def test_a_jam_offers_a_copy_that_is_marked_and_nothing_is_cancelled_after_it() -> None:
    here = desk()
    _, taken = run(steps.take(here, ASKED), Granted((FRESH,)), None, WAITING, None, Jam("PAPER_OUT"), None)
    assert (taken.slip.paper, taken.code) == (JAMMED, "PAPER_OUT")
    asked, again = run(steps.reprint(here, 1), None, PAPER, None)
    assert kinds(asked) == ["Mark", "Print", "Mark"]
    assert isinstance(asked[0], Mark)
    assert asked[0].slips[0].paper == BEGUN
    assert isinstance(asked[1], Print)
    assert asked[1].copy
    assert (again.slip.paper, again.slip.copies) == (PRINTED, 1)
    assert run(steps.give_up(here, 1)) == ([], None)


def test_a_jam_given_up_is_handed_in_and_cancelled() -> None:
    here = desk(online=False)
    run(steps.take(here, ASKED), None, None, Jam("JAMMED"), None)
    assert here.due(50) == ()
    run(steps.give_up(here, 1), None)
    comes_back(here)
    asked, count = run(steps.settle(here), WAITING, None, Answered(), None)
    assert (kinds(asked), count) == (["HandIn", "Mark", "Cancel", "Mark"], 1)
    assert here.slips[1].sent == ENDED
    assert run(steps.reprint(here, 1)) == ([], steps.Denied("WRONG_STATUS"))


def test_an_answer_of_a_life_that_is_over_counts_for_nothing() -> None:
    here = desk()

    def restored_meanwhile(_: Effect) -> Answer:
        here.hear("2")
        return WAITING

    _, taken = run(steps.take(here, ASKED), Granted((FRESH,)), None, restored_meanwhile, None, PAPER, None)
    assert (taken.slip.sent, here.pending) == (NO, 1)


def test_a_kiosk_that_hears_of_a_restore_before_it_knew_any_life_hands_in_again_too() -> None:
    here = desk(slips=(slip(1, PRINTED, IN),))
    here.epoch = here.heard_epoch = ""
    here.hear("7")
    asked, _ = run(steps.settle(here), None, None, WAITING, None)
    assert kinds(asked) == ["Mark", "Note", "HandIn", "Mark"]


def test_a_jam_of_a_wrong_guess_of_the_time_is_not_offered_for_ever() -> None:
    here = desk(slips=(replace(slip(1, JAMMED, IN), taken_at=NOW + 86_400_000),))
    asked, _ = run(steps.settle(here), None, Answered(), None)
    assert kinds(asked) == ["Mark", "Cancel", "Mark"]


def test_a_jam_that_nobody_decides_is_given_up_by_itself() -> None:
    here = desk(slips=(slip(1, JAMMED, IN),), after_ms=OFFER_MS + 1)
    asked, _ = run(steps.settle(here), None, Answered(), None)
    assert kinds(asked) == ["Mark", "Cancel", "Mark"]


def test_paper_that_may_have_come_out_keeps_its_ticket() -> None:
    here = desk(online=False)
    _, taken = run(steps.take(here, ASKED), None, None, UNSURE, None)
    assert taken.slip.paper == UNKNOWN
    assert run(steps.give_up(here, 1)) == ([], None)
    _, again = run(steps.reprint(here, 1), Jam("JAMMED"), None)
    assert again.slip.paper == UNKNOWN
    assert [each.counter for each in here.due(50)] == [1]


def test_slips_are_handed_in_in_order_fifty_at_a_time_and_marked_after_the_answer() -> None:
    here = desk(slips=tuple(slip(at) for at in range(1, 121)))
    every = [lambda effect: Answered((Outcome("waiting"),) * len(effect.slips)), None] * 3
    asked, count = run(steps.settle(here), *every)
    batches = [effect for effect in asked if isinstance(effect, HandIn)]
    assert [len(batch.slips) for batch in batches] == [50, 50, 20]
    assert [each.counter for batch in batches for each in batch.slips] == list(range(1, 121))
    assert all(batch.printed for batch in batches)
    assert (count, here.pending) == (120, 0)


def test_a_server_that_is_away_leaves_everything_to_be_handed_in() -> None:
    here = desk(slips=(slip(1), slip(2)))
    run(steps.settle(here), AWAY)
    assert (here.pending, here.online) == (2, False)


def test_one_that_the_server_calls_nonsense_is_kept_aside_and_holds_nobody_up() -> None:
    here = desk(slips=(slip(1), slip(2), slip(3)))

    def picky(effect: Effect) -> Answer:
        assert isinstance(effect, HandIn)
        bad = any(each.counter == 2 for each in effect.slips)
        return Spurned(422, "INVALID") if bad else Answered((Outcome("waiting"),) * len(effect.slips))

    run(steps.settle(here), picky, picky, None, picky, None, picky, None)
    assert [each.sent for each in here.slips.values()] == [IN, ASIDE, IN]
    assert [(each.counter, each.why) for each in here.aside()] == [(2, "INVALID")]
    assert here.pending == 0
    asked, _ = run(steps.settle(here))
    assert asked == []


def test_a_revoked_token_leaves_everything_where_it_is() -> None:
    here = desk(slips=(slip(1), slip(2, DROPPED, IN)))
    asked, _ = run(steps.settle(here), Spurned(401, "TOKEN_WRONG"), Spurned(401, "TOKEN_WRONG"))
    assert kinds(asked) == ["HandIn", "Cancel"]
    assert (here.pending, len(here.to_cancel())) == (1, 1)


def test_nothing_is_cancelled_before_the_journal_knows() -> None:
    """Else a restart would offer a copy of a ticket that is no more."""
    here = desk(slips=(slip(1, JAMMED, IN),))
    run(steps.give_up(here, 1), FULL)
    asked, _ = run(steps.settle(here), FULL)
    assert kinds(asked) == ["Mark"]


def test_a_restored_server_gets_everything_again() -> None:
    here = desk(slips=(slip(1, PRINTED, IN), slip(2, DROPPED, ENDED), slip(3, VOID)))
    here.hear("2")
    asked, count = run(
        steps.settle(here), None, None, Answered((Outcome("waiting"), Outcome("waiting"))), None, Answered(), None
    )
    assert kinds(asked) == ["Mark", "Note", "HandIn", "Mark", "Cancel", "Mark"]
    assert (count, here.epoch) == (2, "2")


def test_the_reserve_is_filled_and_written_down() -> None:
    here = desk(blocks=False)
    more = replace(BLOCK, id="L5", first=100, last=119)
    asked, there = run(steps.refill(here, ["A"]), Granted((more,)), None)
    assert asked[1] == Note((more,), (("L5", 100),))
    assert there
    assert run(steps.refill(here, ["A"])) == ([], True)


def test_a_new_day_begins_with_the_first_lease_of_it() -> None:
    here = desk(slips=(slip(1, PRINTED, IN), slip(2, PRINTED, NO)))
    more = replace(BLOCK, id="L5", day="261123", day_ends_at=BLOCK.day_ends_at * 2)
    asked, _ = run(steps.refill(here, ["A", "B"]), Granted((more,)), None)
    assert isinstance(asked[1], Note)
    assert (asked[1].day, asked[1].used) == ("261123", (("L5", 21),))
    assert list(here.slips) == [2]


@pytest.mark.parametrize(
    ("paper", "after_ms", "answers", "copy", "then"),
    [
        (KEPT, 0, (None,), False, DROPPED),
        (BEGUN, 0, (PAPER, None), True, PRINTED),
        (BEGUN, 0, (Jam("JAMMED"), None), True, UNKNOWN),
        (BEGUN, OFFER_MS, (None,), False, UNKNOWN),
        (JAMMED, 0, (None, PAPER, None), True, PRINTED),
        (JAMMED, OFFER_MS, (None,), False, DROPPED),
        (PRINTED, 0, (), False, PRINTED),
        (UNKNOWN, 0, (), False, UNKNOWN),
        (VOID, 0, (), False, VOID),
    ],
)
def test_after_a_start_whoever_may_still_stand_there_gets_a_marked_copy(
    paper: str, after_ms: int, answers: tuple[Answer, ...], copy: bool, then: str
) -> None:
    here = desk(slips=(slip(1, paper),), after_ms=after_ms)
    asked, taken = run(steps.recover(here), None, *answers)
    assert asked[0] == Note(used=(("L1", 22),))
    assert [effect.copy for effect in asked if isinstance(effect, Print)] == [True] * copy
    assert here.slips[1].paper == then
    assert len(taken) == copy
    assert here.pending == (paper != VOID)


def test_moments_never_run_back_from_slip_to_slip() -> None:
    here = desk(slips=(replace(slip(1), taken_at=NOW + 30_000),))
    assert here.new_slip(ASKED, BLOCK, 30).taken_at == NOW + 30_000
    assert here.new_slip(ASKED, replace(FRESH, granted_at=NOW + 40_000), 77).taken_at == NOW + 40_000


def test_a_wrong_guess_of_the_time_does_not_spoil_what_comes_after() -> None:
    here = desk(slips=(replace(slip(1), taken_at=NOW + 400 * 86_400_000),))
    assert here.new_slip(ASKED, BLOCK, 30).taken_at == NOW


# ---- the server comes back ----

KNOWN = Answered((Outcome("known", {"status": "waiting"}),))
DOUBT, SURE = Note(epoch="?"), Note(epoch="1")


def test_a_server_that_is_back_hears_first_of_every_number_that_was_promised_today() -> None:
    slips = (replace(slip(7, PRINTED, IN), lease="L3"), replace(slip(9, PRINTED, IN), lease="L3"), slip(50))
    here = desk(slips=slips, greeted=False)
    asked, _ = run(steps.settle(here), Granted((), "1"), None, KNOWN, None, WAITING, None)
    assert kinds(asked) == ["Lease", "Note", "HandIn", "Note", "HandIn", "Mark"]
    told = asked[0]
    assert isinstance(told, Lease)
    assert (told.wanted, told.seen) == ((), (("A", 50),))
    assert {(block.id, block.first, block.last, block.first_ordinal) for block in told.held} == {
        ("L1", 21, 40, 500), ("L3", 7, 9, 7), ("L9", 50, 50, 50)
    }  # fmt: skip
    assert run(steps.settle(here)) == ([], 0)
    here.online = False
    here.online = True
    asked, _ = run(steps.settle(here), Granted((), "1"), None, KNOWN, None)
    assert kinds(asked) == ["Lease", "Note", "HandIn", "Note"]


def test_what_it_was_promised_is_told_in_pieces_the_latest_first() -> None:
    here = desk(slips=tuple(replace(slip(at), lease=f"F{at}") for at in range(1, MOST_HELD + 2)), greeted=False)
    asked, _ = run(steps.settle(here), Granted(()), AWAY)
    first, second = asked
    assert isinstance(first, Lease) and isinstance(second, Lease)
    assert (len(first.held), len(second.held)) == (MOST_HELD, 2)
    assert (first.held[0], first.held[1].first) == (BLOCK, MOST_HELD + 1)


def test_nothing_is_handed_in_or_leased_before_the_server_has_heard() -> None:
    here = desk(slips=(slip(1),), blocks=False, greeted=False)
    asked, _ = run(steps.settle(here), AWAY)
    assert (kinds(asked), here.online, here.pending) == (["Lease"], False, 1)
    here.online = True
    assert run(steps.refill(here, ["A"])) == ([], False)
    asked, _ = run(steps.settle(here), Spurned(429, "TOO_MANY"))
    assert kinds(asked) == ["Lease"]


def test_a_queue_that_is_no_more_keeps_no_ticket_from_being_handed_in() -> None:
    here = desk(slips=(slip(1),), greeted=False)
    asked, count = run(steps.settle(here), Spurned(404, "NO_SUCH_QUEUE"), WAITING, None)
    assert (kinds(asked), count) == (["Lease", "HandIn", "Mark"], 1)


def test_a_server_that_learnt_something_has_another_life_and_gets_the_day_again() -> None:
    here = desk(slips=(slip(1, PRINTED, IN),), greeted=False)
    asked, count = run(steps.settle(here), Granted((), "2"), None, None, WAITING, None)
    assert (kinds(asked), count) == (["Lease", "Mark", "Note", "HandIn", "Mark"], 1)
    assert asked[2] == Note(epoch="2")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [(IN, WAITING), (IN, Answered((Outcome("late"),))), (ENDED, KNOWN)],
)
def test_a_server_that_forgot_what_it_was_told_last_gets_the_day_again(sent: str, answer: Answer) -> None:
    last = replace(slip(2, DROPPED if sent == ENDED else PRINTED, sent), told=9)
    here = desk(
        slips=(replace(slip(1, PRINTED, IN), told=8), last, replace(slip(3, PRINTED, IN), told=7)), greeted=False
    )
    plays = [Granted((), "1"), None, answer, None, None, Answered((Outcome("waiting"),) * 3), None]
    asked, count = run(steps.settle(here), *plays, *([Answered(), None] if sent == ENDED else []))
    assert kinds(asked)[:7] == ["Lease", "Note", "HandIn", "Mark", "Note", "HandIn", "Mark"]
    assert asked[1] == DOUBT
    assert isinstance(asked[2], HandIn)
    assert [each.counter for each in asked[2].slips] == [2]
    assert (asked[4], count) == (SURE, 3)


def test_a_kiosk_that_dies_while_it_doubts_goes_on_doubting() -> None:
    here = desk(slips=(slip(1, PRINTED, IN),))
    here.epoch = here.heard_epoch = DOUBT.epoch
    here.hear("1")
    asked, _ = run(steps.settle(here), None, None, WAITING, None)
    assert kinds(asked) == ["Mark", "Note", "HandIn", "Mark"]


def test_answers_from_before_the_server_was_away_count_for_nothing() -> None:
    here = desk(slips=(slip(1),))

    def away_and_back(answer: Answer) -> Callable[[Effect], Answer]:
        def play(_: Effect) -> Answer:
            here.online = False
            here.online = True
            return answer

        return play

    run(steps.settle(here), away_and_back(WAITING))
    assert here.pending == 1
    here.greeted = here.returns
    _, taken = run(steps.take(here, ASKED), away_and_back(Granted((FRESH,))), None, None, PAPER, None)
    assert (taken.slip.number, taken.slip.offline) == (22, True)
    here.online = True
    _, taken = run(steps.take(here, ASKED), Granted((FRESH,)), None, away_and_back(WAITING), None, PAPER, None)
    assert (taken.slip.number, taken.slip.sent) == (77, NO)


def test_a_day_that_the_journal_only_knows_by_its_slips_is_told_too() -> None:
    """The kiosk died before it could write down that the day had begun."""
    tomorrow = replace(slip(1, PRINTED, IN), day="261123", number=88, ordinal=90, lease="L8")
    here = desk(slips=(tomorrow,), greeted=False)
    assert [(block.id, block.day) for block in here.promised()] == [("L8", "261123")]
    assert here.book.take("A", NOW) is None
    here.granted(Granted((replace(FRESH, day="261123", day_ends_at=NOW * 2),)))
    assert (here.book.day_ends_at, here.turned) == (NOW * 2, True)


# ---- what the server calls it ----


def test_a_ticket_is_cancelled_by_the_name_that_the_server_gave_it() -> None:
    """After a restore the id that goes with its number may be somebody else's."""
    here = desk(slips=(slip(1, DROPPED), slip(2, PRINTED)))
    given = Answered((Outcome("waiting", {"id": "261122-0000777"}), Outcome("known", {"id": "261122-0000002"})))
    asked, _ = run(steps.settle(here), given, None, Answered(), None)
    assert isinstance(asked[2], Cancel)
    assert (asked[2].slip.ticket, here.slips[2].ticket) == ("261122-0000777", "261122-0000002")


def test_the_ticket_of_a_visitor_who_stands_there_has_its_name_from_the_server() -> None:
    named = Answered((Outcome("waiting", {"id": "261122-0000777"}),))
    _, taken = run(steps.take(desk(), ASKED), Granted((FRESH,)), None, named, None, PAPER, None)
    assert taken.slip.ticket == "261122-0000777"


# ---- a day that nobody knows ----


def no_battery(slips: tuple[Slip, ...] = ()) -> Desk:
    """Started next morning, with a clock that stood still."""
    here = desk(online=False, slips=slips)
    anchor = Anchor(server_at=NOW, boot_at=0, boot_id="yesterday", wall_at=NOW)
    here.clock = HallClock(lambda: 30_000, "today", lambda: NOW + 30_000, anchor)
    return here


def test_without_a_day_no_number_of_the_reserve_is_given() -> None:
    here = no_battery()
    assert run(steps.take(here, ASKED)) == ([], steps.Denied("DAY_UNKNOWN"))
    here.clock.learn(NOW + 60_000, 30_000)
    _, taken = run(steps.take(here, ASKED), None, None, PAPER, None)
    assert taken.slip.number == 22


def test_without_a_day_nobody_is_taken_to_stand_there_still() -> None:
    here = no_battery((slip(1, BEGUN), slip(2, JAMMED)))
    asked, tried = run(steps.recover(here), None, None, None)
    assert (kinds(asked), tried) == (["Note", "Mark", "Mark"], ())
    assert [each.paper for each in here.slips.values()] == [UNKNOWN, DROPPED]


# ---- who booked ----

CHECK_IN = Arrive({"code": "K7Q4M2XD"}, "key")
BOOKED = Arrived(
    replace(slip(paper=KEPT), number=55, known_as="261122-0000031", lease="", sent=IN), {"booked_for": "..."}
)


def test_a_check_in_prints_the_servers_number_which_no_restored_server_gives_again() -> None:
    here = desk()
    asked, taken = run(arrivals.arrive(here, CHECK_IN), BOOKED, PAPER)
    assert asked == [CHECK_IN, Print(BOOKED.slip, BOOKED.ticket, False)]
    assert (taken.slip.text, taken.slip.ticket, taken.slip.paper) == ("A055", "261122-0000031", PRINTED)
    assert here.book.seen(NOW) == (("A", 55),)
    assert (here.pending, here.slips) == (0, {})


def test_a_lost_answer_to_a_check_in_is_asked_for_again_with_the_same_key_and_printed_once() -> None:
    asked, taken = run(arrivals.arrive(desk(), CHECK_IN), AWAY, BOOKED, PAPER)
    assert kinds(asked) == ["Arrive", "Arrive", "Print"] and asked[0] == asked[1]
    assert taken.slip.paper == PRINTED


@pytest.mark.parametrize(
    ("answers", "code"), [((AWAY, AWAY), "AWAY"), ((Spurned(409, "TOO_EARLY", {"opens_at": "x"}),), "TOO_EARLY")]
)
def test_without_a_ticket_nothing_is_printed(answers: tuple[Answer, ...], code: str) -> None:
    asked, denied = run(arrivals.arrive(desk(), CHECK_IN), *answers)
    assert set(kinds(asked)) == {"Arrive"}
    assert isinstance(denied, steps.Denied) and denied.code == code


def test_away_from_its_server_a_kiosk_asks_for_no_check_in() -> None:
    assert run(arrivals.arrive(desk(online=False), CHECK_IN)) == ([], steps.Denied("AWAY"))


def test_a_check_in_that_jammed_is_printed_again_marked_as_a_copy() -> None:
    _, taken = run(arrivals.arrive(desk(), CHECK_IN), BOOKED, Jam("JAMMED"))
    assert (taken.slip.paper, taken.code) == (JAMMED, "JAMMED")
    asked, again = run(arrivals.print_again(taken), PAPER)
    assert asked == [Print(taken.slip, BOOKED.ticket, True)]
    assert (again.slip.paper, again.slip.copies, again.code) == (PRINTED, 1, "")
