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


def called(at: int, number: str, window: int, *, recall: int = 1) -> dict[str, Any]:
    return event(
        "TicketCalled" if recall == 1 else "TicketRecalled", at, number=number, queue=number[0], window=window,
        times=recall, status="called", was="waiting" if recall == 1 else "called",
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
        shown="A001", shown_queue="A", shown_at=1772413260000, shown_times=2,
    )  # fmt: skip
    now = after(called(1, "A001", 1), called(2, "B001", 2), called(3, "A002", 1), undone)
    assert numbers(now) == ["B001", "A001"]
    assert now["calls"][1] == {
        "number": "A001", "window": 1, "zone": "Z1", "called_at": "2026-03-02T01:01:00.000Z", "times": 2,
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
