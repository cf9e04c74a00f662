"""A manager at the cockpit: what is foreseen, what may be done, what would be if, and a past day once more."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from queue_server.domain.diversion import Measure
from queue_server.domain.outlook import Doubt
from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.pages.browser import assert_accessible
from tests.pages.cockpit_hall import CockpitHall, cockpit_hall, expected
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

TABLET = (1180, 820)
ANSWER = {
    "gain": {"mean_s": 212.0, "p90_s": 505.0, "mean_low_s": 130.0, "mean_high_s": 301.0},
    "without": {"mean_s": 1120.0, "p90_s": 2630.0},
    "with": {"mean_s": 908.0, "p90_s": 2125.0},
    "queues": [{"queue": "B", "mean_gain_s": 610.0}, {"queue": "A", "mean_gain_s": -75.0}],
}


@pytest_asyncio.fixture(loop_scope="session")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CockpitHall]:
    """The small hall at noon, with nobody in it. It lives on the loop of the browser."""
    data = tmp_path_factory.mktemp("cockpit")
    store = EmbeddedStore(data, store_binary())
    store.start()
    try:
        async with cockpit_hall(small_hall(), data, store, HandClock()) as hall:
            yield hall
    finally:
        store.stop()


async def view(page: Page, name: str) -> None:
    await page.locator(f"#to-{name}").click()
    await expect(page.locator(f"#{name}-view")).to_be_visible()


# ---- the map ----


async def test_a_zone_wears_the_wait_of_its_worst_queue(browser: Browser, here: CockpitHall) -> None:
    await here.client.open(1)
    await here.foresee(expected("A", [600], 0, here.clock()), expected("B", [1500], 0, here.clock()))
    page = await here.cockpit(browser)
    zone = page.locator('#map [data-zone="Z1"]')
    await expect(zone).to_have_class("zone well")
    await here.client.open(3)
    await expect(zone).to_have_class("zone long")
    await expect(zone.locator(".zone-wait")).to_contain_text("25 min")
    await expect(zone.locator(".worst-queue")).to_have_text("B")
    await here.client.ticket("C-1")
    other = page.locator('#map [data-zone="Z2"]')
    await expect(other).to_have_class("zone shut")
    await expect(other.locator(".zone-wait")).to_contain_text("No window")
    await expect(page.locator("#map .floor")).to_have_count(2)
    await other.locator(".zone-head").click()
    await expect(page.locator("#outlook-queue")).to_have_value("C")


# ---- the forecast ----


async def test_the_next_two_hours_are_drawn_for_the_hall_and_for_a_queue(browser: Browser, here: CockpitHall) -> None:
    page = await here.cockpit(browser)
    await expect(page.locator("#outlook-none")).to_contain_text("No forecast yet")
    rising, falling = [600, 900, 1200, 1500], [900, 600, 300, 0]
    await here.foresee(expected("A", rising, 3, here.clock()), expected("B", falling, 2, here.clock()))
    await page.reload()
    picture = page.locator("#chart-wait svg")
    await expect(picture.locator("title")).to_have_text("Expected wait")
    await expect(picture.locator("desc")).to_contain_text("12:15: 15 (8 to 30)")
    await expect(page.locator("#chart-waiting svg path.band")).to_have_count(1)
    await page.locator("#outlook-queue").select_option("B")
    await expect(picture.locator("desc")).to_contain_text("12:15: 10 (5 to 20)")


async def test_what_the_forecast_does_not_trust_is_told_in_plain_words(browser: Browser, here: CockpitHall) -> None:
    doubts = (Doubt(code="NO_HISTORY"), Doubt(code="STUCK_TICKET", queue="A", window=2), Doubt(code="BRAND_NEW"))
    await here.foresee(expected("A", [60, 60], 1, here.clock()), doubts=doubts)
    page = await here.cockpit(browser)
    await page.locator("#outlook-doubts a").click()
    told = page.locator("#doubts li")
    await expect(told).to_have_count(3)
    await expect(told.nth(0)).to_contain_text("No earlier days are known")
    await expect(told.nth(1)).to_contain_text("A A, Window 2: A ticket is served far too long")
    await expect(told.nth(2)).to_contain_text("BRAND_NEW")


async def test_a_first_day_is_no_alarm(browser: Browser, here: CockpitHall) -> None:
    await here.foresee(expected("A", [60, 60], 1, here.clock()), doubts=(Doubt(code="NO_HISTORY"),))
    line = (await here.cockpit(browser)).locator("#outlook-doubts a")
    await expect(line).to_have_text("First day: still learning")
    await expect(line).to_have_class("sign quiet")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_chart_is_for_managers_of_its_hall(here: CockpitHall) -> None:
    async def status(path: str, token: str | None = None) -> int:
        as_whom = {"Authorization": f"Bearer {token}"} if token else {}
        async with here.client.http.get(f"/cockpit/{path}", headers=as_whom) as answer:
            return answer.status

    display = (await here.client.post("/devices", {"role": "display", "name": "screen"}))["token"]
    manager = (await here.client.post("/devices", {"role": "manager", "name": "manager"}))["token"]
    wait = "small/charts/wait.svg"
    assert await status(wait, manager) == 503
    await here.foresee(expected("A", [60, 60], 1, here.clock()))
    await here.client.ticket("A-1")
    asked = {f"{wait}?queue=Q": 404, f"{wait}?width=1e9": 422, "small/charts/none.svg": 404, "no/charts/wait.svg": 404}
    assert {path: await status(path, manager) for path in asked} == asked
    assert [await status(wait), await status(wait, display), await status(wait, manager)] == [401, 403, 200]


# ---- advice ----


async def test_a_proposal_begins_with_one_click_and_ends_with_another(browser: Browser, here: CockpitHall) -> None:
    await here.client.open(1)
    await here.client.ticket("A-1")
    page = await here.cockpit(browser)
    await here.advise(Measure(action="open_window", window=2))
    card = page.locator("#advice-proposed .diversion")
    await expect(card).to_contain_text("Open window 2")
    await expect(card).to_contain_text("A: 1 waiting")
    await expect(card).to_contain_text("−3:20−2:00 to −5:10")
    await expect(card).to_contain_text("Needs a clerk")
    await expect(card).to_contain_text("Helps in 5 min")
    await card.get_by_role("button", name="Accept").click()
    running = page.locator("#advice-started .diversion")
    await expect(running).to_contain_text("Not carried out yet")
    await expect(page.locator("#advice-told")).to_have_text("Accepted: Open window 2")
    await running.get_by_role("button", name="End it").click()
    await expect(page.locator("#advice-over .diversion")).to_contain_text("Measured")
    [row] = (await here.client.get("/diversions"))["diversions"]
    assert row["status"] == "ended"


async def test_a_proposal_is_changed_or_dismissed_with_a_reason(browser: Browser, here: CockpitHall) -> None:
    await here.advise(Measure(action="reskill_window", window=3, queue="A"), Measure(action="send_helpers", queue="B"))
    page = await here.cockpit(browser)
    taught = page.locator("#advice-proposed .diversion").filter(has_text="Let window 3 serve A A too")
    await taught.get_by_role("button", name="Change").press("Enter")
    await taught.get_by_label("Window", exact=True).select_option("5")
    await taught.get_by_label("Minutes").fill("20")
    await taught.get_by_role("button", name="Accept it so").click()
    await expect(page.locator("#advice-started .diversion")).to_contain_text("Let window 5 serve A A too")
    await expect(page.locator("#advice-started [role=timer]")).to_contain_text("19:")
    helpers = page.locator("#advice-proposed .diversion")
    await helpers.get_by_role("button", name="Dismiss").click()
    await helpers.get_by_label("Another reason").fill("The team is at lunch")
    await page.keyboard.press("Enter")
    await expect(page.locator("#advice-over .diversion")).to_contain_text("The team is at lunch")
    rows = {row["action"]: row for row in (await here.client.get("/diversions"))["diversions"]}
    assert (rows["reskill_window"]["window"], rows["reskill_window"]["status"]) == (5, "started")
    assert (rows["send_helpers"]["reason"], rows["send_helpers"]["status"]) == ("The team is at lunch", "dismissed")


# ---- what if ----


async def test_what_if_a_window_is_put_on_a_queue(browser: Browser, here: CockpitHall) -> None:
    await here.client.open(1)
    page = await here.cockpit(browser, "#what-if")
    await page.locator('#what-if-windows [data-window="2"]').click()
    await page.get_by_role("button", name="Shut the window").click()
    await expect(page.locator("#what-if-changes li")).to_have_count(0)
    async with here.answering(ANSWER):
        await page.locator('#what-if-windows [data-window="1"]').press("Enter")
        await page.get_by_role("button", name="Put it here B").press("Enter")
        answer = page.locator("#what-if-answer")
        await expect(answer.locator(".value").first).to_have_text("−3:32")
        await expect(answer).to_contain_text("−2:10 to −5:01")
        await expect(page.locator('[data-target="B"] .queue-gain')).to_have_text("−10:10")
        await expect(page.locator('[data-target="A"] .queue-gain')).to_have_text("+1:15")
        await expect(page.locator("#what-if-changes")).to_contain_text("Window 1 serves B too")
        await page.locator('#what-if-windows [data-window="5"]').drag_to(page.locator('[data-target="C"]'))
        await expect(page.locator("#what-if-changes")).to_contain_text("Open window 5")
        await expect(page.locator("#what-if-apply")).to_be_enabled()
        await page.locator("#what-if-apply").click()
    await expect(answer).to_contain_text("It has begun.")
    rows = (await here.client.get("/diversions?status=started"))["diversions"]
    assert {(row["action"], row["window"]) for row in rows} == {("reskill_window", 1), ("open_window", 5)}


# ---- alarms, the day, the past ----


async def test_an_alarm_comes_with_time_alone_and_leads_to_its_queue(browser: Browser, here: CockpitHall) -> None:
    await here.client.open(1)
    await here.client.ticket("A-1")
    page = await here.cockpit(browser)
    await expect(page.locator("#alarms")).to_be_hidden()
    here.clock.forward(minutes=31)
    card = page.locator('#alarms [data-alarm="rule-LONG_WAIT"]')
    await expect(card).to_contain_text("1 queue waits too longA 31 min")
    empty = page.locator('#alarms [data-alarm="rule-EMPTY_DESK"]')
    await expect(empty).to_contain_text("window 1 for 31 min, 1 waiting")
    await view(page, "devices")
    await card.get_by_role("button").click()
    await expect(page.locator("#outlook-queue")).to_have_value("A")
    await here.client.at(1, "call-next")
    await expect(page.locator("#alarms [data-alarm^=rule]")).to_have_count(0)


async def test_today_stands_beside_a_usual_day_and_who_is_on_duty(browser: Browser, here: CockpitHall) -> None:
    page = await here.cockpit(browser, "#forecast")
    await expect(page.locator("#day-note")).to_contain_text("The archive cannot be read just now")
    await expect(page.locator("#duty")).to_contain_text("nobody is on duty")
    await here.client.open(1)
    await here.client.ticket("A-1")
    await here.archive()
    await page.reload()
    await expect(page.locator("#chart-day-issued svg desc")).to_contain_text("1 tickets today so far")
    await expect(page.locator("#chart-day-issued rect.bar")).to_have_count(1)
    await expect(page.locator("#duty li")).to_contain_text("clerk 1")


async def a_day(here: CockpitHall) -> dict[str, object]:
    """A short day of three visitors, archived; its totals before it was closed."""
    await here.client.open(1)
    for service in ("A-1", "A-1", "B-1"):
        await here.client.ticket(service)
        here.clock.forward(minutes=2)
    await here.client.at(1, "call-next")
    await here.client.at(1, "start")
    here.clock.forward(minutes=5)
    await here.client.at(1, "finish", {})
    await here.client.at(1, "call-next")
    totals: dict[str, object] = (await here.client.get("/state"))["totals"]
    here.clock.forward(hours=24)
    await here.client.open(2)
    await here.archive()
    return totals


async def test_a_past_day_is_played_again_by_the_same_fold(browser: Browser, here: CockpitHall) -> None:
    totals = await a_day(here)
    page = await here.cockpit(browser)
    await page.locator("#to-replay").click()
    await page.locator("#replay-day").select_option(index=1)
    await expect(page.locator("#replay-at")).to_have_text("12:00:00")
    await expect(page.locator('[data-figure="issued"] .value')).to_have_text("1")
    slider = page.locator("#replay-slider")
    await slider.press("PageUp")
    for figure in ("waiting", "serving", "issued", "done", "missed"):
        await expect(page.locator(f'[data-figure="{figure}"] .value')).to_have_text(str(totals[figure]))
    await expect(page.locator('#map [data-window="1"]')).to_have_class("tile called voice")
    await slider.press("ArrowLeft")
    await expect(page.locator('[data-figure="done"] .value')).to_have_text("0")
    await expect(page.locator('#map [data-window="1"]')).to_have_class("tile serving")
    await expect(page.locator(".advice button, #to-what-if").locator("visible=true")).to_have_count(0)
    await page.locator("#replay-speed").select_option("600")
    await page.locator("#replay-play").click()
    await expect(page.locator('[data-figure="done"] .value')).to_have_text("1")
    await page.keyboard.press("Escape")
    await expect(page.locator("#replay")).to_be_hidden()
    await expect(page.locator('#map [data-window="2"]')).to_have_class("tile free")


# ---- for everyone ----


@pytest.mark.parametrize(("lang", "size", "theme"), [("en", (1920, 1080), "light"), ("zh", TABLET, "dark")])
async def test_every_view_is_accessible(
    browser: Browser, here: CockpitHall, lang: str, size: tuple[int, int], theme: str
) -> None:
    await here.client.open(1)
    await here.client.ticket("A-1")
    await here.client.ticket("C-1")
    await here.foresee(expected("A", [600, 900, 2400], 1, here.clock()), doubts=(Doubt(code="NO_HISTORY"),))
    await here.advise(Measure(action="open_window", window=2))
    await here.archive()
    page = await here.cockpit(browser, f"?theme={theme}", lang, size)
    await page.locator('#advice-proposed [aria-expanded="false"]').last.click()
    await expect(page.locator("#chart-wait svg")).to_be_visible()
    await assert_accessible(page)
    for name in ("lines", "forecast", "what-if") if size != TABLET else ("what-if",):
        await view(page, name)
        await assert_accessible(page)
    await page.locator("#to-replay").click()
    await assert_accessible(page)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing reaches over the edge of the screen"
