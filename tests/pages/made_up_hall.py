"""A hall that goes as a test says: the real page with its real scripts, a made-up board, a clock of the test's own."""

import json
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Page, Route, expect

from tests.pages.browser import assert_accessible

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ZONES = {7: "Z2", 8: "Z2", 64: "Z3"}
"""Windows of the demo hall, and where they are."""
STREAM = """
window.streams = [];
window.EventSource = class {
  constructor(url) {
    Object.assign(this, { url, listeners: {} });
    document.documentElement.dataset.streams = window.streams.push(this);
    queueMicrotask(() => { if (!window.lineCut) this.onopen?.(); });
  }
  addEventListener(name, listener) { this.listeners[name] = listener; }
  close() { this.closed = true; }
};
window.tell = (event) => {
  window.streams.at(-1).listeners[event.event]({ type: event.event, data: JSON.stringify(event) });
};
window.cutLine = () => { window.lineCut = true; window.streams.at(-1).onerror(); };
window.asking = 0;
const ask = window.fetch;
window.fetch = (...asked) => { window.asking += 1; return ask(...asked).finally(() => { window.asking -= 1; }); };
window.tones = 0;
window.AudioContext = class { state = "running"; currentTime = 0; };
const part = { connect: (to) => to, gain: { setTargetAtTime() {} }, start() { window.tones += 1; }, stop() {} };
window.OscillatorNode = function () { return part; };
window.GainNode = function () { return part; };
"""
SETTLE = """async () => {
  const turn = () => new Promise((done) => {
    const pipe = new MessageChannel();
    pipe.port1.onmessage = done;
    pipe.port2.postMessage(0);
  });
  for (let turns = 0; turns < 5; turns += 1) do await turn(); while (window.asking);
}"""


def waiting(queue: str, names: dict[str, str], zone: str, count: int) -> dict[str, Any]:
    wait_s = {"p10": 60 * count, "p50": 100 * count, "p90": 200 * count}
    return {"queue": queue, "names": names, "zone": zone, "waiting": count, "wait_s": wait_s}


class MadeUpHall:
    """What one page sees. `shown` are the bodies of what it told, `away` makes that fail."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ms = 0
        self.position = 0
        self.shown: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.answer = 204
        self.is_open = True
        self.window_queues = [{"queue": "B", "handicap_s": 0}]
        self.board: dict[str, Any] = {
            "hall": "demo-hall", "at": "", "calls": [], "notices": [], "last_event_id": "0",
            "windows": [{"window": window, "zone": zone, "status": "open"} for window, zone in ZONES.items()],
            "waiting": [
                waiting("B", {"zh": "社会保险", "en": "Social insurance"}, "Z2", 3),
                waiting("D", {"zh": "户籍", "en": "Household"}, "Z3", 0),
            ],
        }  # fmt: skip

    async def open(self, url: str) -> None:
        """Opens the page and lets it draw its first picture."""
        await self.page.route("**/api/v1/**", self._answer)
        await self.page.add_init_script(STREAM)
        await self.page.clock.install(time=START)
        await self.page.goto(url)
        await self.page.clock.pause_at(await self.page.evaluate("Date.now() / 1000 + 1"))
        await self.follows(1)

    async def follows(self, times: int) -> None:
        """Until the page has begun to follow so often, and has drawn what it knows."""
        await expect(self.page.locator("html")).to_have_attribute("data-streams", str(times))
        await self.passes(300)

    async def _answer(self, route: Route) -> None:
        path = route.request.url.partition("/api/v1")[2].partition("?")[0]
        if path.endswith("/shown"):
            self.shown.append(json.loads(route.request.post_data or ""))
            self.keys.append(route.request.headers["idempotency-key"])
            await route.fulfill(status=self.answer, json=None if self.answer == 204 else {"status": self.answer})
        elif path.endswith("/board"):
            await route.fulfill(json=self.board | {"at": self.moment(), "last_event_id": str(self.position)})
        elif path == "/halls":
            await route.fulfill(json={"halls": [{"id": "demo-hall", "open": self.is_open}]})
        else:
            windows = [{"window": window, "zone": zone, "queues": self.window_queues} for window, zone in ZONES.items()]
            queues = [{"id": row["queue"], "names": row["names"]} for row in self.board["waiting"]]
            await route.fulfill(json={"windows": windows, "queues": queues})

    def moment(self, ago_ms: int = 0) -> str:
        at = datetime.fromtimestamp(START.timestamp() + (self.ms - ago_ms) / 1000, UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    async def passes(self, ms: int) -> None:
        """So much time, and what happens in it."""
        self.ms += ms
        await self.page.clock.run_for(ms)
        await self.page.evaluate(SETTLE)

    async def is_accessible(self) -> None:
        """axe finds nothing on the page as it is; its own waits need a clock that goes."""
        await self.page.clock.resume()
        await assert_accessible(self.page)

    async def happens(self, name: str, window: int, number: str = "", **facts: Any) -> None:
        """One event, told to the page and drawn."""
        await self.page.evaluate("(event) => window.tell(event)", self.event(name, window, number, **facts))
        await self.passes(100)

    def event(self, name: str, window: int, number: str = "", **facts: Any) -> dict[str, Any]:
        self.position += 1
        known = {
            "event": name, "id": str(self.position), "at": self.moment(), "hall": "demo-hall", "status": "", "was": "",
            "zone": ZONES[window], "window": window,
        }  # fmt: skip
        return known | ({"number": number, "queue": number[0]} if number else {}) | facts

    async def calls(self, number: str, window: int, *, times: int = 1, step: str = "silent") -> None:
        name = "TicketCalled" if times == 1 else "TicketRecalled"
        await self.happens(name, window, number, times=times, step=step, language="zh", status="called")

    async def climbs(self, number: str, window: int, step: str) -> None:
        await self.happens("CallEscalated", window, number, times=1, step=step, language="zh", status="called")

    def row(self, number: str, window: int, ago_ms: int, **more: Any) -> dict[str, Any]:
        """A call as the board shows it."""
        known = {"number": number, "window": window, "zone": ZONES[window], "called_at": self.moment(ago_ms)}
        return known | {"times": 1, "step": "silent", "language": "zh"} | more
