"""The hall board follows what happens in the hall."""

from typing import Any

import pytest

from queue_server.domain.board import step

AT = "2026-03-02T01:{:02d}:00.000Z"


def board(**changes: Any) -> dict[str, Any]:
    wait = {"p10": 60, "p50": 120, "p90": 300}
    return {
        "hall": "h", "at": AT.format(0), "calls": [], "notices": [], "last_event_id": "0",
        "windows": [
            {"window": 1, "zone": "Z1", "status": "open"},
            {"window": 2, "zone": "Z1", "status": "open"},
        ],
        "waiting": [
            {"queue": "A", "names": {"en": "Papers"}, "zone": "Z1", "waiting": 2, "wait_s": wait},
            {"queue": "B", "names": {"en": "Taxes"}, "zone": "Z1", "waiting": 5, "wait_s": wait},
        ],
    } | changes  # fmt: skip


def event(name: str, at: int, **facts: Any) -> dict[str, Any]:
    known = {"event": name, "id": str(at), "at": AT.format(at), "hall": "h", "zone": "Z1", "status": "", "was": ""}
    return known | facts


def called(at: int, number: str, window: int, *, recall: int = 1, **facts: Any) -> dict[str, Any]:
    return event(
        "TicketCalled" if recall == 1 else "TicketRecalled", at, number=number, queue=number[0], window=window,
        times=recall, status="called", was="waiting" if recall == 1 else "called",
        **({"step": "silent", "language": ""} | facts),
    )  # fmt: skip


def escalated(at: int, number: str, window: int, step_now: str) -> dict[str, Any]:
    return event(
        "CallEscalated", at, number=number, queue=number[0], window=window, times=1, status="called", was="called",
        step=step_now, language="de",
    )  # fmt: skip


def after(*events: dict[str, Any], start: dict[str, Any] | None = None) -> dict[str, Any]:
    now = start or board()
    for happened in events:
        now = step(now, happened)
    return now


def numbers(now: dict[str, Any]) -> list[str]:
    return [call["number"] for call in now["calls"]]


def waiting(now: dict[str, Any]) -> dict[str, int]:
    return {row["queue"]: row["waiting"] for row in now["waiting"]}


def at_window(now: dict[str, Any], window: int) -> str | None:
    return next(row.get("number") for row in now["windows"] if row["window"] == window)


def test_the_latest_call_stands_first_and_one_fewer_waits() -> None:
    now = after(called(1, "A001", 1), called(2, "B001", 2))
    assert numbers(now) == ["B001", "A001"]
    assert waiting(now) == {"A": 1, "B": 4}
    assert at_window(now, 2) == "B001"
    assert now["last_event_id"] == "2"


def test_a_window_has_one_line() -> None:
    assert numbers(after(called(1, "A001", 1), called(2, "A002", 1))) == ["A002"]


def test_a_recall_comes_first_again_with_its_count() -> None:
    now = after(called(1, "A001", 1), called(2, "B001", 2), called(3, "A001", 1, recall=2))
    assert numbers(now) == ["A001", "B001"]
    assert now["calls"][0]["times"] == 2
    assert waiting(now) == {"A": 1, "B": 4}


def test_a_call_carries_its_step_and_the_visitors_language() -> None:
    now = after(called(1, "A001", 1, step="voice", language="de"))
    assert (now["calls"][0]["step"], now["calls"][0]["language"]) == ("voice", "de")


def test_a_call_that_climbs_keeps_its_place_and_its_moment() -> None:
    before = after(called(1, "A001", 1, language="de"), called(2, "B001", 2))
    now = after(escalated(3, "A001", 1, "flash"), start=before)
    assert now["calls"] == [before["calls"][0], before["calls"][1] | {"step": "flash"}]
    assert after(escalated(4, "A001", 1, "voice"), start=now)["calls"][1]["step"] == "voice"
    assert waiting(now) == waiting(before)
    assert now["windows"] == before["windows"]


def test_a_step_of_a_number_that_its_window_calls_no_more_changes_nothing() -> None:
    before = after(called(1, "A001", 1), called(2, "A002", 1))
    assert after(escalated(3, "A001", 1, "flash"), start=before)["calls"] == before["calls"]


def test_a_recall_begins_at_its_own_step() -> None:
    now = after(called(1, "A001", 1), escalated(2, "A001", 1, "flash"), called(3, "A001", 1, recall=2))
    assert now["calls"][0]["step"] == "silent"


def test_a_window_knows_whom_it_serves_and_an_undone_start_is_a_call_again() -> None:
    started = event("ServiceStarted", 2, number="A001", queue="A", window=1, status="serving", was="called")
    serving = after(called(1, "A001", 1), started)
    assert serving["windows"][0] == {"window": 1, "zone": "Z1", "status": "open", "number": "A001", "serving": True}
    undone = event(
        "ActUndone", 3, undone="ServiceStarted", number="A001", queue="A", window=1, status="called", was="serving",
        shown="A001", shown_queue="A", shown_at=1772413260000, shown_times=1,
    )  # fmt: skip
    assert after(undone, start=serving)["windows"][0] == {
        "window": 1, "zone": "Z1", "status": "open", "number": "A001",
    }  # fmt: skip
    done = event("ServiceFinished", 3, number="A001", queue="A", window=1, status="done", was="serving")
    assert after(done, start=serving)["windows"][0] == board()["windows"][0]


def test_a_window_that_opens_for_the_first_time_comes_to_its_place() -> None:
    few = board(windows=[{"window": 1, "zone": "Z1", "status": "open"}, {"window": 9, "zone": "Z1", "status": "open"}])
    now = after(event("WindowOpened", 1, window=5, status="open", zone="Z1"), start=few)
    assert [row["window"] for row in now["windows"]] == [1, 5, 9]
    assert now["windows"][1] == {"window": 5, "zone": "Z1", "status": "open"}


def test_a_paused_window_says_why_until_it_goes_on() -> None:
    paused = after(event("WindowPaused", 1, window=2, status="paused", reason="lunch"))
    assert paused["windows"][1]["reason"] == "lunch"
    assert after(event("WindowResumed", 2, window=2, status="open"), start=paused)["windows"] == board()["windows"]


def test_a_finished_visit_leaves_the_window_and_keeps_its_line() -> None:
    done = event("ServiceFinished", 2, number="A001", queue="A", window=1, status="done", was="serving")
    now = after(called(1, "A001", 1), done)
    assert at_window(now, 1) is None
    assert numbers(now) == ["A001"]


def test_a_taken_ticket_waits() -> None:
    issued = event("TicketIssued", 1, number="A009", queue="A", status="waiting")
    assert waiting(after(issued)) == {"A": 3, "B": 5}


def test_a_transferred_ticket_waits_in_its_new_queue() -> None:
    moved = event(
        "TicketTransferred", 2, number="A001", queue="B", was_queue="A", window=1, status="waiting", was="serving"
    )
    now = after(called(1, "A001", 1), moved)
    assert waiting(now) == {"A": 1, "B": 6}
    assert at_window(now, 1) is None


def test_an_undone_transfer_takes_the_ticket_out_of_the_other_queue() -> None:
    undone = event(
        "ActUndone", 2, undone="TicketTransferred", number="A001", queue="A", was_queue="B", window=1,
        status="serving", was="waiting", shown="A001", shown_queue="A", shown_at=1772413260000, shown_times=1,
    )  # fmt: skip
    now = after(undone)
    assert waiting(now) == {"A": 2, "B": 4}
    assert at_window(now, 1) == "A001"


def test_an_undone_call_shows_what_the_window_called_before() -> None:
    undone = event(
        "ActUndone", 4, undone="TicketCalled", number="A002", queue="A", window=1, status="waiting", was="called",
        shown="A001", shown_queue="A", shown_at=1772413260000, shown_times=2, shown_step="flash", shown_language="ko",
    )  # fmt: skip
    now = after(called(1, "A001", 1), called(2, "B001", 2), called(3, "A002", 1), undone)
    assert numbers(now) == ["B001", "A001"]
    assert now["calls"][1] == {
        "number": "A001", "window": 1, "zone": "Z1", "called_at": "2026-03-02T01:01:00.000Z", "times": 2,
        "step": "flash", "language": "ko",
    }  # fmt: skip
    assert at_window(now, 1) is None
    assert waiting(now)["A"] == 1


def test_an_undone_first_call_leaves_no_line() -> None:
    undone = event(
        "ActUndone", 2, undone="TicketCalled", number="A001", queue="A", window=1, status="waiting", was="called",
        shown="", shown_queue="", shown_at=0, shown_times=0,
    )  # fmt: skip
    assert after(called(1, "A001", 1), undone)["calls"] == []


@pytest.mark.parametrize(("name", "status"), [("WindowPaused", "paused"), ("WindowClosed", "closed")])
def test_a_window_takes_its_status(name: str, status: str) -> None:
    now = after(event(name, 1, window=2, status=status))
    assert [row["status"] for row in now["windows"]] == ["open", status]


def test_estimates_replace_waits_and_leave_the_position() -> None:
    wait = {"p10": 1, "p50": 2, "p90": 3}
    told = {
        "event": "WaitEstimated",
        "hall": "h",
        "at": AT.format(3),
        "queues": [{"queue": "B", "waiting": 7, "wait_s": wait}],
    }
    now = after(called(1, "A001", 1), told)
    assert waiting(now) == {"A": 1, "B": 7}
    assert now["waiting"][1]["wait_s"] == wait
    assert now["last_event_id"] == "1"


def test_the_close_of_day_clears_the_board() -> None:
    now = after(called(1, "A001", 1), event("DayClosed", 2, zone=""))
    assert now["calls"] == []
    assert waiting(now) == {"A": 0, "B": 0}
    assert [row["status"] for row in now["windows"]] == ["closed", "closed"]


def test_a_zone_board_ignores_queues_and_windows_of_other_zones() -> None:
    gone = event(
        "TicketTransferred", 1, number="A001", queue="X", was_queue="A", window=9, status="waiting", was="serving"
    )
    now = after(gone)
    assert waiting(now) == {"A": 2, "B": 5}
    assert now["windows"] == board()["windows"]


def test_a_step_changes_no_board_it_is_given() -> None:
    first = board()
    step(first, called(1, "A001", 1))
    assert first == board()
