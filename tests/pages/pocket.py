"""Phones at two halls: the demo hall, and a strict one that asks who and where one is, with one place in each slot."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Geolocation, Page

from ops.up import DEMO
from tests.pages.browser import comes_to_rest, page_of
from tests.support.noon import at_noon, demo_at_noon
from tests.support.servers import HallServer

PHONE = (390, 844)
STRICT = "strict-hall"
HERE: Geolocation = {"latitude": 30.2701, "longitude": 120.1501}
SITE = "{latitude: 30.27, longitude: 120.15}"
CHANGES = {
    "  id: demo-hall\n": f"  id: {STRICT}\n",
    "walk_in_pct: 50, confirm: none}": "walk_in_pct: 99, confirm: code}\n"
    f"remote: {{identity: code, distance_m: 500, site: {SITE}}}",
}
EXPECTED = (
    "status of 401",
    "status of 403",
    "status of 409",
    "status of 410",
    "status of 422",
    "ERR_INTERNET_DISCONNECTED",
)
"""What a page asks for knowingly, and a lost line; a browser writes them to its console as errors."""
ALSO_7_TO_1 = {"rules": {"color-contrast-enhanced": {"enabled": True}}}


@contextmanager
def two_halls(folder: Path) -> Iterator[HallServer]:
    """`greenwave up` with both, open around the clock; `server.hall` is the strict one."""
    text = at_noon(DEMO.read_text("utf-8"))
    for before, after in CHANGES.items():
        assert before in text, before
        text = text.replace(before, after)
    strict = folder / "strict.yaml"
    strict.write_text(text, "utf-8")
    demo = demo_at_noon(folder / "demo.yaml")
    server = HallServer(folder / "data", "--open-now", "--hall", str(demo), "--hall", str(strict), hall=STRICT)
    try:
        yield server
    finally:
        server.stop()


async def phone(browser: Browser, server: HallServer, lang: str, path: str | None = None) -> Page:
    """A phone that stands in front of the hall; what goes wrong on its pages is kept in `page.wrong`."""
    page = await page_of(browser, server.url, PHONE, {"lang": lang})
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation(HERE)
    wrong: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            wrong.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.wrong = wrong  # type: ignore[attr-defined]
    await page.add_init_script("navigator.vibrate = (pattern) => { window.shaken = pattern; return true; };")
    if path is not None:
        await page.goto(server.url + path)
    return page


def codes_sent(server: HallServer) -> list[str]:
    """The one-time codes in the hall's log of messages."""
    log = server.data / "outbox.jsonl"
    rows: list[dict[str, Any]] = [json.loads(row) for row in log.read_text().splitlines()] if log.exists() else []
    return [re.findall(r"[0-9]{6}", row["body"])[0] for row in rows if row["template"] == "code"]


async def next_code(server: HallServer, before: list[str]) -> str:
    """The code that was sent after these."""
    for _ in range(100):
        codes = codes_sent(server)
        if len(codes) > len(before):
            return codes[-1]
        await asyncio.sleep(0.05)
    raise AssertionError("no code was sent")


async def accessible_in_large_type(page: Page) -> None:
    """axe finds nothing, with a contrast of 7:1, and nothing is wider than the phone."""
    await comes_to_rest(page)
    found: Any = await Axe().run(page, options=ALSO_7_TO_1)
    told = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]
    assert not told, "\n".join(told)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
