"""Pictures of a visit from end to end: its path, its rating, the report of its month, and those who work there."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from msgspec.structs import asdict, replace
from playwright.async_api import Browser, expect
from shooting import CONSOLE, TABLET, hall, page_at, shoot, staff_page
from sqlalchemy import insert

from ops.archive.course import mark_of
from ops.archive.database import Archive
from ops.archive.tables import visits
from ops.archive.writing import close_day
from ops.bench.hall import demo_hall
from ops.bench.reports import legs_of
from queue_server.domain.workdays import CHINA, holiday, is_moved_workday
from tests.support.client import HallClient
from tests.support.colleagues import colleague, welcomed
from tests.support.servers import HallServer

TALL = (390, 1240)
"""A phone on which somebody has scrolled: the whole path."""
BORN = "J06"
"""A life event of four stops."""
VISITS = 2000
"""A day, in the month that is reported."""
SCORES = (5, 4, 5, 3, 5, 5, 4, 5, 2, 5, 4, 5)
"""What visitors of the rehearsal say, in turn."""
RATED_EACH = 3
"""One served visitor in so many says something."""
COLLEAGUES = {
    "zh": ("窗口人员甲", "窗口人员乙", "导服员", "部门负责人"),
    "en": ("Clerk A", "Clerk B", "Guide", "Head of department"),
}
DUTIES: tuple[dict[str, Any], ...] = (
    {"role": "window", "windows": [1, 2, 3], "skills": [{"queue": "A"}]},
    {"role": "window", "departments": ["HRS"], "skills": [{"queue": "B"}, {"queue": "C", "handicap_min": 10}]},
    {"role": "desk"},
    {"role": "manager", "departments": ["TAX"]},
)


async def rate_the_day(server: HallServer) -> None:
    """Some of those whom the rehearsal served so far say how it was."""
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        day = (await hall.get("/reports/day"))["from"]
        asked = f"/reports/tickets?span=day&date={day}&figure=served&limit=500"
        served = (await hall.get(asked))["tickets"][::RATED_EACH]
        for index, row in enumerate(served):
            await hall.post(f"/tickets/{row['ticket']}/rating", {"score": SCORES[index % len(SCORES)]})


def made_up_month(archive: Archive) -> date:
    """Last month's working days, as `greenwave bench reports` makes days up; its last day. Nothing was foretold."""
    demo = demo_hall()
    archive.prepare()
    mark_of(archive, demo.id)
    last = date.today().replace(day=1) - timedelta(days=1)
    days = [last - timedelta(days=back) for back in range(last.day)]
    for day in (day for day in reversed(days) if is_worked(day)):
        count = VISITS - day.weekday() * 90 + Random(day.toordinal()).randrange(300)
        legs = [replace(leg, told_at=0) for leg in legs_of(demo, day, count)]
        with archive.writing() as connection:
            connection.execute(insert(visits), [{"hall": demo.id, **asdict(leg)} for leg in legs])
            close_day(connection, demo, day.strftime("%y%m%d"))
    archive.close()
    return last


def is_worked(day: date) -> bool:
    return is_moved_workday(CHINA, day) or (day.weekday() < 5 and holiday(CHINA, day) is None)


async def reports(browser: Browser, folder: Path, languages: tuple[str, ...]) -> None:
    """A month by department."""
    with tempfile.TemporaryDirectory() as there:
        url = f"sqlite:///{there}/archive.db"
        last = made_up_month(Archive(url))
        with hall("--archive", url) as server:
            for lang in languages:
                path = f"/reports/{server.hall}"
                page = await staff_page(browser, server, path, (1440, 1000), lang)
                await page.goto(f"{server.url}{path}?span=month&date={last}&by=department&lang={lang}")
                await expect(page.locator("#chart-visits svg")).to_be_visible(timeout=30_000)
                await shoot(page, folder, f"report-{lang}")
                await page.context.close()


async def a_whole_visit(browser: Browser, folder: Path, lang: str) -> None:
    """In a hall of its own for each language, since colleagues have names."""
    with hall() as server:
        async with aiohttp.ClientSession() as http:
            api = server.client(http)
            await path_of_a_visit(browser, server, api, folder, lang)
            await rating_pad(browser, server, api, folder, lang)
            await what_comes_later(browser, server, api, folder, lang)
            await those_who_work_there(browser, server, api, folder, lang)


async def path_of_a_visit(browser: Browser, server: HallServer, api: HallClient, folder: Path, lang: str) -> None:
    """On the phone of its visitor, after the first stop."""
    visit = await api.post("/tickets", {"journey": BORN, "channel": "kiosk"})
    await serve(api, await window_of(api, visit["path"][0]["queue"]), visit["number"])
    page = await page_at(browser, *TALL, lang)
    await page.goto(f"{server.url}/t/{visit['token']}?lang={lang}")
    await expect(page.locator(".journey-stop[data-status=done]")).to_have_count(1)
    await shoot(page, folder, f"journey-{lang}")
    await page.context.close()


async def what_comes_later(browser: Browser, server: HallServer, api: HallClient, folder: Path, lang: str) -> None:
    """A clerk who chooses how a visit ended; its visitor's page, with a promise and a box to open."""
    window, ticket = await window_of(api, "D"), await api.ticket("PSB-01")
    await api.open(window)
    await api.at(window, "call-next")
    await api.at(window, "start")
    console = await staff_page(browser, server, f"/window/{server.hall}/{window}", CONSOLE, lang)
    await expect(console.locator("#stage .big")).to_have_text(ticket["number"])
    await console.keyboard.press("e")
    await expect(console.locator("#panel")).to_be_visible()
    await shoot(console, folder, f"outcomes-{lang}")
    await console.context.close()
    await api.at(window, "finish", {"outcome": "done", "promise": {"kind": "result", "days": 5}})
    await api.post("/lockers/E1/parcels", {"ticket": ticket["id"]})
    page = await page_at(browser, *TALL, lang)
    await page.goto(f"{server.url}/t/{ticket['token']}?lang={lang}")
    await expect(page.locator(".parcel")).to_be_visible()
    await shoot(page, folder, f"later-{lang}")
    await page.context.close()


async def window_of(api: HallClient, queue: str) -> int:
    rows = (await api.get())["queues"]
    return int(next(row for row in rows if row["id"] == queue)["windows"][0])


async def serve(api: HallClient, window: int, number: str) -> None:
    await api.open(window)
    await api.at(window, "call", {"ticket": number})
    await api.at(window, "start")
    await api.at(window, "finish")


async def rating_pad(browser: Browser, server: HallServer, api: HallClient, folder: Path, lang: str) -> None:
    """A moment after a finish."""
    window = await window_of(api, "A")
    page = await staff_page(browser, server, f"/pad/{server.hall}/{window}", TABLET, lang)
    await serve(api, window, (await api.ticket("GSO-01"))["number"])
    await expect(page.locator("#stage")).to_have_attribute("data-state", "ask")
    await shoot(page, folder, f"pad-{lang}")
    await page.context.close()


async def those_who_work_there(browser: Browser, server: HallServer, api: HallClient, folder: Path, lang: str) -> None:
    """A manager's list of colleagues, two of whom have not used their link yet, and today's shifts."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for index, (name, duties) in enumerate(zip(COLLEAGUES[lang], DUTIES, strict=True)):
        made = await colleague(api, str(1001 + index), **{"name": name, **duties})
        if index % 2 == 0:
            await welcomed(api, made)
        start, end = hour - timedelta(hours=3 - index), hour + timedelta(hours=4 + index % 2)
        lunch = {"start": rfc(hour), "end": rfc(hour + timedelta(hours=1))}
        shift = {"person": made["id"], "start": rfc(start), "end": rfc(end), "breaks": [lunch]}
        where = {"window": await window_of(api, "AB"[index])} if index < 2 else {}
        planned = await api.post("/shifts", shift | where)
        assert planned.status == 201, planned
    page = await staff_page(browser, server, f"/staff/{server.hall}", (1600, 660), lang)
    await expect(page.locator(".colleague")).to_have_count(len(COLLEAGUES[lang]))
    await shoot(page, folder, f"staff-{lang}")
    await page.context.close()


def rfc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
