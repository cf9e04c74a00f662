"""The hall board as a fold: `board = step(board, event)`. No clock, no input or output.

Boards and events are those of the wire, so that the page's script (`display/static/board.js`) is the same
fold once more; `tests/pages/test_board_fold.py` keeps the two equal. A board is never changed, only followed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Board = Mapping[str, Any]
"""A board in the shape of the `GET .../board` answer."""
PublicEvent = Mapping[str, Any]
"""An event in the shape that the `board:` and `waits:` topics send."""
Row = Mapping[str, Any]

CALLS = frozenset({"TicketCalled", "TicketRecalled"})
FREES_WINDOW = frozenset(
    {"ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"}
)
WINDOW_STATUS = frozenset({"WindowOpened", "WindowPaused", "WindowResumed", "WindowClosed"})
AT_WINDOW = frozenset({"called", "serving"})
NO_WAIT = {"p10": 0, "p50": 0, "p90": 0}


def step(board: Board, event: PublicEvent) -> dict[str, Any]:
    """The board after one more event. What it does not show leaves it as it is, but for its position."""
    name = event["event"]
    after = {**board, "at": event["at"], "last_event_id": event.get("id") or board["last_event_id"]}
    if name == "WaitEstimated":
        return after | {"waiting": _estimated(board["waiting"], event["queues"])}
    if name == "DayClosed":
        return after | _empty(board)
    return after | {
        "calls": _calls(board, event),
        "windows": [_window(row, event) for row in board["windows"]],
        "waiting": [_counted(row, event) for row in board["waiting"]],
    }


def _calls(board: Board, event: PublicEvent) -> list[Row]:
    """The latest call of each window, latest first; an undone call gives way to the one before it."""
    calls: list[Row] = board["calls"]
    if event["event"] in CALLS:
        return _with_call(calls, event["window"], event["number"], event["zone"], event["at"], event["times"])
    if event["event"] == "ActUndone":
        return _with_call(
            calls, event["window"], event["shown"], _zone_of(board, event),
            _moment(event["shown_at"]), event["shown_times"],
        )  # fmt: skip
    return calls


def _with_call(calls: list[Row], window: int, number: str, zone: str, called_at: str, times: int) -> list[Row]:
    others = [call for call in calls if call["window"] != window]
    if not number:
        return others
    call = {"number": number, "window": window, "zone": zone, "called_at": called_at, "times": times}
    newer = [other for other in others if other["called_at"] > called_at]
    return [*newer, call, *others[len(newer) :]]


def _zone_of(board: Board, event: PublicEvent) -> str:
    zones = (row["zone"] for row in board["windows"] if row["window"] == event["window"])
    return str(next(zones, event["zone"]))


def _moment(at: int) -> str:
    """Milliseconds since the epoch as the wire writes a moment."""
    moment = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _window(row: Row, event: PublicEvent) -> Row:
    """A window after the event: its status, and the number that is there now."""
    if row["window"] != event.get("window"):
        return row
    name = event["event"]
    if name in WINDOW_STATUS:
        return {**row, "status": event["status"]}
    if name in CALLS or (name == "ActUndone" and event["status"] in AT_WINDOW):
        return {**row, "number": event["number"]}
    if name == "ActUndone" or (name in FREES_WINDOW and row.get("number") == event["number"]):
        return _without_number(row)
    return row


def _counted(row: Row, event: PublicEvent) -> Row:
    """A queue after the event: one fewer who waited there, one more who waits there now."""
    left = event.get("was") == "waiting" and (event.get("was_queue") or event["queue"]) == row["queue"]
    came = event.get("status") == "waiting" and event["queue"] == row["queue"]
    if left == came:
        return row
    return {**row, "waiting": max(0, row["waiting"] + came - left)}


def _estimated(waiting: list[Row], queues: list[Row]) -> list[Row]:
    known = {queue["queue"]: queue for queue in queues}
    return [
        {**row, "waiting": known[row["queue"]]["waiting"], "wait_s": known[row["queue"]]["wait_s"]}
        if row["queue"] in known
        else row
        for row in waiting
    ]


def _empty(board: Board) -> dict[str, Any]:
    """Nobody called, nobody waiting, every window shut: how a day begins."""
    return {
        "calls": [],
        "windows": [{**_without_number(row), "status": "closed"} for row in board["windows"]],
        "waiting": [{**row, "waiting": 0, "wait_s": NO_WAIT} for row in board["waiting"]],
    }


def _without_number(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "number"}
