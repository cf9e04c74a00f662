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
        "windows": _windows(board["windows"], event),
        "waiting": [_counted(row, event) for row in board["waiting"]],
    }


def _calls(board: Board, event: PublicEvent) -> list[Row]:
    """The latest call of each window, latest first; an undone call gives way to the one before it."""
    calls: list[Row] = board["calls"]
    if event["event"] in CALLS:
        return _with_call(calls, _called(event))
    if event["event"] == "CallEscalated":
        return [_escalated(call, event) for call in calls]
    if event["event"] == "TicketAcknowledged":
        return [{**call, "coming": True} if _is_of(call, event) else call for call in calls]
    if event["event"] == "ActUndone":
        return _with_call(calls, _called_before(board, event))
    return calls


def _called(event: PublicEvent) -> Row:
    return {
        "number": event["number"], "window": event["window"], "zone": event["zone"], "called_at": event["at"],
        "times": event["times"], "step": event.get("step", ""), "language": event.get("language", ""),
    }  # fmt: skip


def _called_before(board: Board, event: PublicEvent) -> Row:
    """What an undone act's window shows now: the call of before."""
    return {
        "number": event["shown"], "window": event["window"], "zone": _zone_of(board, event),
        "called_at": _moment(event["shown_at"]), "times": event["shown_times"],
        "step": event.get("shown_step", ""), "language": event.get("shown_language", ""),
    }  # fmt: skip


def _escalated(call: Row, event: PublicEvent) -> Row:
    """A call one step further up the ladder; it keeps its place and its moment."""
    return {**call, "step": event["step"]} if _is_of(call, event) else call


def _is_of(call: Row, event: PublicEvent) -> bool:
    return bool(call["window"] == event["window"] and call["number"] == event["number"])


def _with_call(calls: list[Row], call: Row) -> list[Row]:
    others = [other for other in calls if other["window"] != call["window"]]
    if not call["number"]:
        return others
    newer = [other for other in others if other["called_at"] > call["called_at"]]
    return [*newer, call, *others[len(newer) :]]


def _zone_of(board: Board, event: PublicEvent) -> str:
    zones = (row["zone"] for row in board["windows"] if row["window"] == event["window"])
    return str(next(zones, event["zone"]))


def _moment(at: int) -> str:
    """Milliseconds since the epoch as the wire writes a moment."""
    moment = datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _windows(rows: list[Row], event: PublicEvent) -> list[Row]:
    """All windows after the event; one that opens for the first time today comes to its place among them."""
    number = event.get("window")
    if event["event"] in WINDOW_STATUS and all(row["window"] != number for row in rows):
        rows = sorted([*rows, {"window": number, "zone": event["zone"]}], key=lambda row: row["window"])
    return [_window(row, event) for row in rows]


def _window(row: Row, event: PublicEvent) -> Row:
    """A window after the event: its status with its reason, the number that is there now and whether it is served."""
    if row["window"] != event.get("window"):
        return row
    name = event["event"]
    if name in WINDOW_STATUS:
        return _with_status(row, event)
    if name in CALLS or name == "ActUndone":
        return _with_number(row, event)
    if row.get("number") != event.get("number"):
        return row
    if name == "ServiceStarted":
        return {**row, "serving": True}
    return _without(row, "number", "serving") if name in FREES_WINDOW else row


def _with_status(row: Row, event: PublicEvent) -> Row:
    reason = {"reason": event["reason"]} if event.get("reason") else {}
    return {**_without(row, "reason"), "status": event["status"], **reason}


def _with_number(row: Row, event: PublicEvent) -> Row:
    free = _without(row, "number", "serving")
    if event["event"] in CALLS or event["status"] == "called":
        return {**free, "number": event["number"]}
    return {**free, "number": event["number"], "serving": True} if event["status"] == "serving" else free


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
        "windows": [{**_without(row, "number", "serving", "reason"), "status": "closed"} for row in board["windows"]],
        "waiting": [{**row, "waiting": 0, "wait_s": NO_WAIT} for row in board["waiting"]],
    }


def _without(row: Row, *names: str) -> Row:
    return {key: value for key, value in row.items() if key not in names}
