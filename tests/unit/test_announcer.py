"""Who is announced next, and how: pure rules on events and a clock of the test's own."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.announcer.calls import Call, seconds
from display.announcer.plans import BOUND_S, MANNERS, Announcement
from display.announcer.rules import OLD_S, Announcer

NOW = 1_000_000.0
FULL_TWICE, FULL_ONCE, SHORT_TOGETHER = MANNERS


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def loud(_: str) -> int:
    return 80


class Hall:
    """An announcer with the notes that it made, told of events in a few words."""

    def __init__(self, said: Any = None) -> None:
        self.notes: list[tuple[str, str, str]] = []
        self.announcer = Announcer(lambda what, call, why: self.notes.append((what, call.number, why)), said)

    def call(self, number: str, window: int = 3, name: str = "TicketCalled", **more: Any) -> None:
        at = more.pop("at", NOW)
        now = more.pop("now", NOW)
        event = {"event": name, "number": number, "window": window, "zone": "z1", "times": 1, "step": "voice"}
        self.announcer.hear({**event, "language": "en", "at": moment(at), **more}, now)

    def end(self, number: str, name: str = "ServiceStarted", **more: Any) -> None:
        self.announcer.hear({"event": name, "number": number, "window": 3, "at": moment(NOW), **more}, NOW)

    def next(self) -> Announcement | None:
        return self.announcer.next(loud)

    def numbers(self) -> list[str]:
        """All that is announced from here on, in order."""
        found: list[str] = []
        while (announcement := self.next()) is not None:
            found += [call.number for call in announcement.calls]
        return found


def row(number: str, window: int = 3, called_at: float = NOW, **more: Any) -> dict[str, Any]:
    return {
        "number": number, "window": window, "zone": "z1", "times": 1, "step": "voice", "language": "en",
        "called_at": moment(called_at), **more,
    }  # fmt: skip


def board(
    *rows: dict[str, Any], there: dict[int, str] | None = None, serving: frozenset[int] = frozenset()
) -> dict[str, Any]:
    numbers = {call["window"]: call["number"] for call in rows} if there is None else there
    windows = [
        {"window": window, "number": number, **({"serving": True} if window in serving else {})}
        for window, number in numbers.items()
    ]
    return {"calls": list(rows), "windows": windows}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_call_that_came_to_voice_is_announced_twice_in_the_visitors_language_and_in_chinese(hall: Hall) -> None:
    hall.call("A001")
    announcement = hall.next()
    assert announcement is not None
    assert [(sentence.round, sentence.lang) for sentence in announcement.sentences()] == [
        (1, "en"), (1, "zh"), (2, "en"), (2, "zh"),
    ]  # fmt: skip
    assert announcement.volume == 80
    assert hall.next() is None


def test_chinese_is_spoken_once_a_round_to_who_speaks_chinese(hall: Hall) -> None:
    hall.call("A001", language="zh")
    announcement = hall.next()
    assert announcement is not None
    assert [sentence.lang for sentence in announcement.sentences()] == ["zh", "zh"]


@pytest.mark.parametrize("step", ["silent", "flash", ""])
def test_a_silent_call_is_not_spoken(hall: Hall, step: str) -> None:
    hall.call("A001", step=step)
    assert hall.numbers() == []


def test_a_call_is_spoken_when_it_has_climbed_to_voice(hall: Hall) -> None:
    hall.call("A001", step="silent")
    hall.call("A001", name="CallEscalated", step="flash")
    assert hall.numbers() == []
    hall.call("A001", name="CallEscalated")
    assert hall.numbers() == ["A001"]


def test_the_same_call_told_again_is_not_repeated(hall: Hall) -> None:
    hall.call("A001")
    hall.call("A001", name="CallEscalated")
    assert hall.numbers() == ["A001"]
    hall.call("A001")
    hall.announcer.see(board(row("A001")), NOW)
    assert hall.numbers() == []


def test_a_recall_is_another_call(hall: Hall) -> None:
    hall.call("A001")
    hall.call("A001", name="TicketRecalled", times=2)
    assert hall.numbers() == ["A001"]
    assert hall.notes == [("withdrawn", "A001", "TicketRecalled")], "the first was overtaken before it was spoken"
    hall.call("A001", name="TicketRecalled", times=3)
    assert hall.numbers() == ["A001"]


@pytest.mark.parametrize(
    "name",
    ["TicketAcknowledged", "ServiceStarted", "TicketMissed", "TicketCancelled", "TicketHeld", "TicketTransferred",
     "TicketPostponed", "TicketExpired", "ServiceFinished", "ActUndone"],
)  # fmt: skip
def test_a_call_that_ended_before_it_was_spoken_is_withdrawn(hall: Hall, name: str) -> None:
    hall.call("A001")
    hall.call("B001", window=4)
    hall.end("A001", name, undone="TicketCalled")
    assert hall.numbers() == ["B001"]
    assert hall.notes == [("withdrawn", "A001", name)]


def test_a_window_that_calls_the_next_one_no_longer_calls_the_one_before(hall: Hall) -> None:
    hall.call("A001")
    hall.call("A002", step="silent")
    assert hall.numbers() == []


def test_the_close_of_day_withdraws_all_and_forgets_all(hall: Hall) -> None:
    hall.call("A001")
    hall.numbers()
    hall.call("B001", window=4)
    hall.announcer.hear({"event": "DayClosed", "at": moment(NOW)}, NOW)
    assert hall.numbers() == []
    hall.call("A001")
    assert hall.numbers() == ["A001"], "tomorrow's first is another visitor"


def test_who_is_served_is_not_called_again_when_the_board_is_read_afresh(hall: Hall) -> None:
    hall.call("A001")
    assert hall.numbers() == ["A001"]
    hall.end("A001", "ServiceStarted")
    hall.announcer.see(board(row("A001"), serving=frozenset({3})), NOW + 40)
    assert hall.numbers() == []
    assert hall.announcer.said, "the start may be undone, and the call be the latest once more"
    hall.end("A001", "ActUndone", undone="ServiceStarted")
    hall.announcer.see(board(row("A001")), NOW + 50)
    assert hall.numbers() == []


def test_who_was_never_called_aloud_and_is_served_already_is_not_called(hall: Hall) -> None:
    hall.call("A001")
    served = board(row("A001"), row("B001", 4), serving=frozenset({3, 4}))
    hall.announcer.see(served, NOW + 5)
    assert hall.numbers() == []
    assert hall.notes == [("withdrawn", "A001", "already served")]


def test_who_is_on_the_way_is_not_called_by_a_board_read_afresh(hall: Hall) -> None:
    hall.call("A001")
    hall.end("A001", "TicketAcknowledged")
    hall.call("B001", 4)
    hall.announcer.see(board(row("A001", coming=True), row("B001", 4, coming=True), row("C001", 5)), NOW + 5)
    assert hall.numbers() == ["C001"]
    assert hall.notes == [("withdrawn", "A001", "TicketAcknowledged"), ("withdrawn", "B001", "on the way")]


def test_a_board_that_shows_few_calls_withdraws_nobody_who_is_at_a_window(hall: Hall) -> None:
    numbers = [f"A{at:03d}" for at in range(1, 31)]
    for at, number in enumerate(numbers, 1):
        hall.call(number, at)
    few = [row(number, at) for at, number in enumerate(numbers, 1)][10:]
    there = dict(enumerate(numbers, 1)) | {2: "B007"}
    del there[3]
    hall.announcer.see(board(*few, there=there), NOW + 5)
    assert hall.numbers() == [number for number in numbers if number not in {"A002", "A003"}]
    assert [note[1] for note in hall.notes] == ["A002", "A003"]


def test_what_a_board_shows_to_be_over_is_not_spoken_to_its_end(hall: Hall) -> None:
    hall.call("A001")
    announcement = hall.next()
    assert announcement is not None
    hall.announcer.see(board(row("A001")), NOW + 5)
    assert hall.announcer.stands(announcement.calls[0])
    hall.announcer.see(board(row("A001"), serving=frozenset({3})), NOW + 6)
    assert not hall.announcer.stands(announcement.calls[0])


@pytest.mark.parametrize("name", ["TicketHeld", "TicketTransferred", "TicketMissed"])
def test_who_left_the_window_by_mistake_is_not_called_again_when_that_is_undone(hall: Hall, name: str) -> None:
    hall.call("A001")
    hall.numbers()
    hall.end("A001", name)
    hall.end("A001", "ActUndone", undone=name)
    hall.announcer.see(board(row("A001")), NOW + 20)
    assert hall.numbers() == []


def test_an_undone_recall_does_not_repeat_the_call_before_it_and_may_be_made_again(hall: Hall) -> None:
    hall.call("A001")
    hall.numbers()
    hall.call("A001", name="TicketRecalled", times=2, at=NOW + 10, now=NOW + 10)
    assert hall.numbers() == ["A001"]
    hall.end("A001", "ActUndone", undone="TicketRecalled")
    hall.announcer.see(board(row("A001")), NOW + 20)
    assert hall.numbers() == []
    hall.call("A001", name="TicketRecalled", times=2, at=NOW + 30, now=NOW + 30)
    assert hall.numbers() == ["A001"]


@pytest.mark.parametrize("name", ["TicketTransferred", "TicketMissed", "TicketHeld"])
def test_who_comes_back_and_is_called_again_is_announced_again(hall: Hall, name: str) -> None:
    hall.call("A001")
    assert hall.numbers() == ["A001"]
    hall.end("A001", name)
    hall.call("A001", at=NOW + 20, now=NOW + 20)
    assert hall.numbers() == ["A001"]


def test_a_call_that_was_undone_and_made_again_is_announced_again(hall: Hall) -> None:
    hall.call("A001")
    hall.numbers()
    hall.end("A001", "ActUndone", undone="TicketCalled")
    hall.call("A001", at=NOW + 20, now=NOW + 20)
    assert hall.numbers() == ["A001"]


def test_an_undone_start_does_not_repeat_the_call(hall: Hall) -> None:
    hall.call("A001")
    hall.numbers()
    hall.end("A001", "ActUndone", undone="TicketHeld")
    hall.announcer.see(board(row("A001")), NOW)
    assert hall.numbers() == []


def test_an_announcement_stands_until_its_call_ends(hall: Hall) -> None:
    hall.call("A001")
    announcement = hall.next()
    assert announcement is not None
    [call] = announcement.calls
    assert hall.announcer.stands(call)
    hall.end("B009")
    assert hall.announcer.stands(call)
    hall.end("A001")
    assert not hall.announcer.stands(call)


def test_oldest_first_and_one_announcement_for_each_while_there_is_time(hall: Hall) -> None:
    hall.call("B001", window=1, language="zh")
    hall.call("A001", window=2, language="zh")
    assert [announcement.calls[0].number for _ in range(2) if (announcement := hall.next())] == ["B001", "A001"]


def burst(hall: Hall, count: int, **more: Any) -> list[Announcement]:
    for at in range(count):
        hall.call(f"A{at + 1:03d}", window=at + 1, **more)
    found = []
    while (announcement := hall.next()) is not None:
        found.append(announcement)
    return found


@pytest.mark.parametrize(
    ("count", "language", "manner"),
    [
        (1, "en", FULL_TWICE),
        (3, "zh", FULL_TWICE),
        (4, "zh", FULL_ONCE),
        (2, "en", FULL_ONCE),
        (4, "en", SHORT_TOGETHER),
    ],
)
def test_announcements_are_shortened_as_more_wait(count: int, language: str, manner: object) -> None:
    assert burst(Hall(), count, language=language)[0].manner is manner


def test_a_burst_of_twenty_drops_nobody_keeps_their_order_and_says_each_in_both_languages(hall: Hall) -> None:
    announced = burst(hall, 20)
    assert [call.number for one in announced for call in one.calls] == [f"A{at:03d}" for at in range(1, 21)]
    said = Counter((sentence.call.number, sentence.lang) for one in announced for sentence in one.sentences())
    assert set(said) == {(f"A{at:03d}", lang) for at in range(1, 21) for lang in ("en", "zh")}
    assert announced[0].manner is SHORT_TOGETHER and len(announced[0].calls) == 4, "four share a chime"
    hall.call("B001", window=30)
    announcement = hall.next()
    assert announcement is not None and announcement.manner is FULL_TWICE, "when the crowd is through, all is as before"


def test_a_burst_takes_half_of_what_it_would_take_in_full(hall: Hall) -> None:
    calls = [Call(number=f"A{at:03d}", window=at, zone="z1", times=1, language="en", at=NOW) for at in range(20)]
    assert SHORT_TOGETHER.seconds(calls) < FULL_TWICE.seconds(calls) / 2.5
    for at in range(20):
        hall.call(f"A{at:03d}", window=at + 1)
    assert hall.announcer.backlog_s == SHORT_TOGETHER.seconds(calls) > BOUND_S


def test_the_backlog_is_nothing_when_nobody_waits(hall: Hall) -> None:
    assert hall.announcer.backlog_s == 0
    hall.call("A001")
    assert hall.announcer.backlog_s > 0


def test_zones_that_are_not_alike_loud_share_no_announcement(hall: Hall) -> None:
    for at in range(8):
        hall.call(f"A{at:03d}", window=at + 1, zone="loud" if at < 2 else "low")
    volumes = {"loud": 90, "low": 40}
    found = []
    while (announcement := hall.announcer.next(volumes.__getitem__)) is not None:
        found.append((announcement.volume, [call.number for call in announcement.calls]))
    assert found[:2] == [(90, ["A000", "A001"]), (40, ["A002", "A003", "A004", "A005"])]
    assert [number for _, numbers in found for number in numbers] == [f"A{at:03d}" for at in range(8)]


def test_in_quiet_hours_nothing_is_said_and_nothing_is_made_up_for_afterwards(hall: Hall) -> None:
    hall.call("A001")
    assert hall.announcer.next(lambda _: 0) is None
    assert hall.notes == [("quiet", "A001", "no voice in this zone now")]
    assert hall.next() is None
    hall.call("A001", name="TicketRecalled", times=2)
    assert hall.numbers() == ["A001"]


def test_a_call_that_came_late_waits_for_the_board_to_confirm_it(hall: Hall) -> None:
    hall.call("A001", at=NOW - OLD_S - 1)
    hall.call("B001", window=4)
    assert hall.numbers() == ["B001"]
    assert hall.announcer.doubtful
    hall.announcer.see(board(row("A001", called_at=NOW - OLD_S - 1), row("B001", 4)), NOW)
    assert not hall.announcer.doubtful
    assert hall.numbers() == ["A001"]


def test_a_call_that_came_late_and_is_over_is_skipped_with_its_reason(hall: Hall) -> None:
    hall.call("A001", at=NOW - 600)
    hall.call("A002", window=4, at=NOW - 500)
    hall.end("A001", "ServiceStarted")
    hall.announcer.see(board(row("A002", 4), there={4: "A007"}), NOW)
    assert hall.numbers() == []
    assert hall.notes == [("skipped", "A001", "ServiceStarted"), ("skipped", "A002", "no longer on the board")]


def test_a_call_that_waits_long_because_many_wait_is_still_announced(hall: Hall) -> None:
    hall.call("A001", at=NOW, now=NOW)
    assert hall.numbers() == ["A001"], "its age is counted when it is heard, not when its turn comes"


def test_a_board_read_afresh_tells_what_was_missed(hall: Hall) -> None:
    rows = (row("A002", 2, NOW - 5), row("A001", 1, NOW - 10), row("A003", 3, step="silent"), row("A004", 4, NOW - 600))
    hall.announcer.see(board(*rows), NOW)
    assert hall.numbers() == ["A001", "A002"]
    assert hall.notes == [("skipped", "A004", "called 600 s ago")]
    hall.announcer.see(board(*rows), NOW)
    assert hall.numbers() == []
    assert len(hall.notes) == 1


def test_what_was_said_before_a_restart_is_not_said_again() -> None:
    before = Hall()
    before.call("A001")
    before.call("B001", 4, name="CallEscalated", at=NOW + 30)
    assert before.numbers() == ["A001", "B001"]
    after = Hall(before.announcer.said)
    after.announcer.see(board(row("A001"), row("B001", 4), row("C001", 5)), NOW + 31)
    assert after.numbers() == ["C001"]


def test_a_new_call_of_the_same_name_made_while_the_agent_was_away_is_announced() -> None:
    before = Hall()
    before.call("A001")
    before.numbers()
    after = Hall(before.announcer.said)
    after.announcer.see(board(row("A001", called_at=NOW + 90)), NOW + 95)
    assert after.numbers() == ["A001"]


def test_the_memory_holds_only_calls_that_still_stand(hall: Hall) -> None:
    burst(hall, 20)
    assert len(hall.announcer.said) == 20
    hall.announcer.see(board(row("A007", 7)), NOW)
    assert list(hall.announcer.said) == [("A007", 7, 1, "voice")]


def test_what_could_not_be_heard_is_put_back_in_front(hall: Hall) -> None:
    hall.call("A001", window=1)
    hall.call("B001", window=2)
    announcement = hall.next()
    assert announcement is not None
    hall.announcer.put_back(announcement.calls)
    assert hall.numbers() == ["A001", "B001"]


def test_what_ended_while_it_could_not_be_heard_is_not_put_back(hall: Hall) -> None:
    hall.call("A001")
    announcement = hall.next()
    assert announcement is not None
    hall.end("A001")
    hall.announcer.put_back(announcement.calls)
    assert hall.numbers() == []


Acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "recall", "back", "climb", "start", "finish", "undo", "coming", "again", "board", "next", "fail"]
        ),
        st.integers(1, 4),
    ),
    max_size=60,
)


class Desk:
    """A window as the board shows it. `serial` tells its calls apart, which the announcer cannot know."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {}
        self.serial = 0
        self.status = "free"

    @property
    def stands(self) -> bool:
        return self.status == "called" and not self.row.get("coming")


@given(Acts)
def test_through_any_day_each_call_is_said_once_or_has_its_reason(acts: list[tuple[str, int]]) -> None:
    hall, serial, now = Hall(), 0, NOW
    desks = {window: Desk() for window in range(1, 5)}
    wanted: set[int] = set()
    said: Counter[int] = Counter()
    ended: set[int] = set()

    def shown() -> dict[str, Any]:
        rows = [desk.row for desk in desks.values() if desk.row]
        there = {window: desk.row["number"] for window, desk in desks.items() if desk.status != "free"}
        return board(*rows, there=there, serving=frozenset(w for w, desk in desks.items() if desk.status == "serving"))

    def say(announcement: Announcement) -> None:
        for call in announcement.calls:
            desk = desks[call.window]
            assert desk.stands, "nobody is called who has come or is coming"
            assert (desk.row["number"], desk.row["times"]) == (call.number, call.times), "nor who is not called"
            said[desk.serial] += 1

    for act, window in acts:
        now += 1
        desk = desks[window]
        recalls, comes_back = act == "recall" and desk.status == "called", act == "back" and desk.status == "free"
        if act == "call" or recalls or (comes_back and desk.row):
            times = desk.row["times"] + 1 if recalls else 1
            number = f"A{serial:03d}" if act == "call" else desk.row["number"]
            ended.add(desk.serial)
            serial += 1
            desk.serial, desk.status = serial, "called"
            desk.row = row(number, window, now, times=times, step="voice" if serial % 2 else "silent")
            name = "TicketRecalled" if act == "recall" else "TicketCalled"
            hall.call(number, window, name, times=times, step=desk.row["step"], at=now, now=now)
            wanted |= {serial} if serial % 2 else set()
        elif act == "climb" and desk.stands:
            desk.row = desk.row | {"step": "voice"}
            hall.call(desk.row["number"], window, "CallEscalated", times=desk.row["times"], at=now, now=now)
            wanted.add(desk.serial)
        elif act in {"start", "undo", "coming"} and desk.status == "called":
            ended.add(desk.serial)
            name = {"start": "ServiceStarted", "undo": "ActUndone", "coming": "TicketAcknowledged"}[act]
            desk.status = {"start": "serving", "undo": "free", "coming": "called"}[act]
            desk.row = desk.row | ({"coming": True} if act == "coming" else {})
            hall.end(desk.row["number"], name, undone="TicketCalled")
        elif act == "finish" and desk.status == "serving":
            desk.status = "free"
            hall.end(desk.row["number"], "ServiceFinished")
        elif act == "again" and desk.stands:
            told = {name: desk.row[name] for name in ("times", "step")}
            hall.call(desk.row["number"], window, **told, at=seconds(desk.row["called_at"]), now=now)
        elif act == "board":
            hall.announcer.see(shown(), now)
        elif act in {"next", "fail"} and (announcement := hall.next()) is not None:
            if act == "fail":
                hall.announcer.put_back(announcement.calls)
            else:
                say(announcement)
    while (announcement := hall.next()) is not None:
        say(announcement)
    assert set(said.values()) <= {1}
    assert wanted - ended <= set(said), "nobody who still stands is left out"
    assert set(said) <= wanted


def test_moments_of_the_wire_are_seconds() -> None:
    assert seconds(moment(NOW)) == NOW
