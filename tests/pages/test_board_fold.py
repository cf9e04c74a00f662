"""The board is one fold in two languages: the same events make the same board in Python and in the browser."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from queue_server.domain.board import step
from tests.pages.browser import SharedBrowser

FOLD = (Path(__file__).parents[2] / "display/static/board.js").read_text("utf-8")
START_MS = 1_772_413_200_000
FOLD_ALL = """([board, events]) => {
  const boards = [];
  for (const event of events) boards.push(board = step(board, event));
  return boards;
}"""
TICKET_EVENTS = (
    "TicketIssued", "TicketCalled", "TicketRecalled", "TicketAcknowledged", "ServiceStarted", "ServiceFinished",
    "TicketHeld", "TicketTransferred", "TicketMissed", "TicketReinstated", "TicketPostponed", "TicketCancelled",
    "TicketExpired", "ActUndone", "CallEscalated", "CallShown",
)  # fmt: skip
WINDOW_EVENTS = {"WindowOpened": "open", "WindowPaused": "paused", "WindowResumed": "open", "WindowClosed": "closed"}
STATUSES = ("waiting", "called", "serving", "held", "missed", "done", "cancelled", "expired")
WINDOWS = range(1, 7)
QUEUES = "ABC"


def moment(ms: int) -> str:
    seconds = (START_MS + ms) // 1000 % 86400
    return f"2026-03-02T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms % 1000:03d}Z"


def empty_board() -> dict[str, Any]:
    wait = {"p10": 0, "p50": 0, "p90": 0}
    return {
        "hall": "h", "at": moment(0), "calls": [], "notices": [], "last_event_id": "0",
        "windows": [{"window": window, "zone": "Z1", "status": "closed"} for window in WINDOWS],
        "waiting": [{"queue": q, "names": {"zh": q}, "zone": "Z1", "waiting": 0, "wait_s": wait} for q in QUEUES],
    }  # fmt: skip


class Events:
    """Random events of any shape that the wire allows, likely in a hall or not."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.ms = 0

    def some(self, count: int) -> list[dict[str, Any]]:
        return [self._one(position) for position in range(1, count + 1)]

    def _one(self, position: int) -> dict[str, Any]:
        self.ms += self.rng.choice((0, 0, 1, 700, 20_000))
        common = {"id": str(position), "at": moment(self.ms), "hall": "h", "zone": self.rng.choice(("Z1", "Z2"))}
        chance = self.rng.random()
        if chance < 0.005:
            return common | {"event": "DayClosed", "status": "", "zone": ""}
        if chance < 0.1:
            return self._waits()
        return common | (self._at_window() if chance < 0.2 else self._on_ticket())

    def _waits(self) -> dict[str, Any]:
        low = self.rng.randrange(900)
        rows = [
            {"queue": queue, "waiting": self.rng.randrange(40), "wait_s": {"p10": low, "p50": low * 2, "p90": low * 3}}
            for queue in self.rng.sample(QUEUES + "X", 2)
        ]
        return {"event": "WaitEstimated", "hall": "h", "at": moment(self.ms), "queues": rows, "totals": {}}

    def _at_window(self) -> dict[str, Any]:
        name = self.rng.choice(list(WINDOW_EVENTS))
        told = {"event": name, "window": self.rng.choice((*WINDOWS, 0, 99)), "status": WINDOW_EVENTS[name]}
        return told | ({"reason": self.rng.choice(("lunch", "break", ""))} if name == "WindowPaused" else {})

    def _on_ticket(self) -> dict[str, Any]:
        rng, name = self.rng, self.rng.choice(TICKET_EVENTS)
        queue = rng.choice(QUEUES + "X")
        event = {
            "event": name, "number": f"{queue}{rng.randrange(1, 6):03d}", "queue": queue,
            "status": rng.choice(STATUSES), "was": rng.choice(("", *STATUSES)),
        }  # fmt: skip
        if name in {"TicketTransferred", "ActUndone"} and rng.random() < 0.7:
            event["was_queue"] = rng.choice(QUEUES + "X")
        if name != "TicketIssued":
            event["window"] = rng.choice((*WINDOWS, 99))
        if name in {"TicketCalled", "TicketRecalled"}:
            event |= {"times": rng.randrange(1, 5)} | self._rung()
        if name == "CallEscalated":
            event |= {"times": rng.randrange(1, 5), "step": rng.choice(("flash", "voice")), "language": "ja"}
        if name == "ActUndone":
            event |= self._shown()
        return event

    def _rung(self) -> dict[str, Any]:
        """Where a call begins on the ladder; servers of before do not say."""
        return self.rng.choice(({}, {"step": "silent", "language": ""}, {"step": "voice", "language": "de"}))

    def _shown(self) -> dict[str, Any]:
        if self.rng.random() < 0.3:
            return {"undone": "TicketCalled", "shown": "", "shown_queue": "", "shown_at": 0, "shown_times": 0}
        at = START_MS + self.rng.randrange(self.ms + 1)
        return {
            "undone": "TicketCalled",
            "shown": "A002",
            "shown_queue": "A",
            "shown_at": at,
            "shown_times": 2,
        } | self.rng.choice(({}, {"shown_step": "flash", "shown_language": "ru"}))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(shared_browser: SharedBrowser) -> Page:
    """A browser page that holds the script's fold as `step`."""
    blank = await (await shared_browser.empty()).new_page()
    await blank.add_script_tag(content=FOLD.replace("export function", "function"))
    return blank


@pytest.mark.parametrize("seed", range(8))
async def test_the_browser_folds_as_the_server_does(page: Page, seed: int) -> None:
    events = Events(seed).some(600)
    board, expected = empty_board(), []
    for event in events:
        board = step(board, event)
        expected.append(board)
    folded = await page.evaluate(FOLD_ALL, [empty_board(), events])
    first = next((at for at, (ours, theirs) in enumerate(zip(expected, folded, strict=True)) if ours != theirs), None)
    assert first is None, f"seed {seed}, event {first}: {json.dumps(events[first or 0])}"
