"""The hall screen's stage gives every call its time, and all the same when many come at once."""

import random
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.pages.browser import SharedBrowser

SCRIPT = (Path(__file__).parents[2] / "display/static/stage.js").read_text("utf-8")
HOLD_MS, LEAST_MS, SLOTS = 8000, 4000, 4
PLAY = """([calls, until]) => {
  let stage = noCalls, next = 0;
  const seen = [];
  for (let now = 0; now <= until; now += 50) {
    while (next < calls.length && calls[next].at <= now) stage = add(stage, calls[next++], now);
    const when = due(stage);
    if (when !== null && when <= now) stage = settle(stage, now);
    for (const { call } of [...stage.shown].reverse()) {
      const row = seen.find((one) => one.number === call.number);
      if (row) row.to = now; else seen.push({ number: call.number, from: now, to: now });
    }
    if (stage.shown.length > SLOTS) throw new Error("too many at once");
  }
  return seen;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(shared_browser: SharedBrowser) -> Page:
    blank = await (await shared_browser.empty()).new_page()
    await blank.add_script_tag(content=SCRIPT.replace("export ", ""))
    return blank


async def shown(page: Page, calls: list[dict[str, Any]], until: int = 120_000) -> dict[str, dict[str, int]]:
    return {row["number"]: row for row in (await page.evaluate(PLAY, [calls, until]))}


def calls_at(*moments: int) -> list[dict[str, Any]]:
    return [{"number": f"A{n:03d}", "window": n, "at": at} for n, at in enumerate(moments, 1)]


async def test_a_lone_call_stays_until_another_comes(page: Page) -> None:
    seen = await shown(page, calls_at(0, 60_000))
    assert seen["A001"]["to"] == 60_000 - 50
    assert seen["A002"]["to"] == 120_000


async def test_up_to_four_calls_at_once_have_their_whole_time(page: Page) -> None:
    seen = await shown(page, calls_at(0, 100, 200, 300))
    assert [row["to"] - row["from"] >= HOLD_MS - 100 for row in seen.values()] == [True] * SLOTS


async def test_a_burst_shortens_every_turn_alike_and_drops_nobody(page: Page) -> None:
    seen = await shown(page, calls_at(*[0] * 20))
    assert list(seen) == [f"A{n:03d}" for n in range(1, 21)]
    lengths = [row["to"] - row["from"] for row in list(seen.values())[:-1]]
    assert min(lengths) >= LEAST_MS - 100
    assert max(lengths[:12]) - min(lengths[:12]) <= HOLD_MS - LEAST_MS


@pytest.mark.parametrize("seed", range(4))
async def test_every_call_is_shown_once_in_order_however_they_come(page: Page, seed: int) -> None:
    rng = random.Random(seed)
    calls = calls_at(*sorted(rng.randrange(60_000) for _ in range(rng.choice((5, 25, 50)))))
    seen = await shown(page, calls, 200_000)
    assert list(seen) == [call["number"] for call in calls]
    last = calls[-1]["number"]
    assert all(row["to"] - row["from"] >= LEAST_MS - 100 for number, row in seen.items() if number != last)


async def test_a_recall_of_a_shown_number_begins_its_time_anew(page: Page) -> None:
    again = {"number": "A001", "window": 1, "at": 5000}
    first, second = calls_at(0, 100)
    seen = await shown(page, [first, second, again])
    assert seen["A002"]["to"] < 5000 + HOLD_MS
    assert seen["A001"]["to"] == 120_000
