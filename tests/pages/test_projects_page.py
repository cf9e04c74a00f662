"""Large projects where people meet them: opened at the desk, told when the officer is away, a ticket at the kiosk; and
the comments of ratings in the cockpit."""

import pytest
from playwright.async_api import Browser, expect

from tests.pages.browser import page_of
from tests.pages.kiosk_pages import assert_touchable, start
from tests.pages.test_ratings import PHONE, TABLET, WALL, assert_fits, finished, opened
from tests.support.client import HallClient
from tests.support.servers import HallServer


async def test_an_applicant_comes_with_the_code_of_their_project(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    desk = await opened(browser, hall, hall_server, "/desk/demo-hall", TABLET, "de", "desk")
    await desk.locator("#tool-project").click()
    await desk.locator(".project summary").click()
    for field, text in (("title", "A new bridge"), ("owner", "Officer Li"), ("window", "7")):
        await desk.locator(f"#project-{field}").fill(text)
    await desk.locator(".project details .next").dblclick()  # pressed twice is one project
    code = await desk.locator(".note .code").inner_text()
    await expect(desk.locator("[data-project]")).to_contain_text(["A new bridge"])
    await assert_fits(desk)

    phone = await page_of(browser, hall_server.url, PHONE, {"lang": "ru"})
    await phone.goto(f"{hall_server.url}/m/demo-hall#project")
    await phone.locator("#project-code").fill(code)
    await phone.locator(".button.next").click()
    await expect(phone.locator(".note.bad")).to_be_visible()  # the window is closed
    await assert_fits(phone)

    await hall.open(7)
    kiosk = await start(browser, hall_server, "de")
    await kiosk.locator(".start .booked").click()
    await assert_touchable(kiosk)
    for letter in code.replace("-", ""):
        await kiosk.locator(".key.letter", has_text=letter).click()
    await kiosk.locator(".arrive").click()
    number = await kiosk.locator(".slip > .number").inner_text()
    await desk.locator("#tool-project").click()
    await desk.locator("#tool-project").click()
    await expect(desk.locator("[data-project]")).to_contain_text(number)
    assert (await hall.at(7, "call-next"))["number"] == number


@pytest.mark.parametrize("lang", ["zh", "ru"])
async def test_a_manager_reads_what_visitors_wrote(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    for score, comment in ((5, f"so kind {lang}"), (2, f"so slow {lang}")):
        ticket = await finished(hall)
        await hall.post(f"/tickets/{ticket['id']}/rating", {"score": score, "comment": comment})
    page = await opened(browser, hall, hall_server, "/cockpit/demo-hall#cases", WALL, lang, "manager")
    await page.locator("#to-comments").click()
    rows = page.locator("#comments .comment")
    await expect(rows.filter(has_text=lang)).to_have_count(2)
    await expect(page.locator("#cases-card")).to_be_hidden()
    await assert_fits(page)
    await page.locator("#comments-score").select_option("5")
    await expect(rows.filter(has_text=f"so slow {lang}")).to_have_count(0)
    async with page.expect_download() as saved:
        await page.locator("#comments-file").click()
    file = await saved.value
    assert file.suggested_filename == "demo-hall-comments.csv"
    lines = (await file.path()).read_text("utf-8-sig").splitlines()
    assert any(f"so kind {lang}" in line for line in lines) and not any("so slow" in line for line in lines)
    await page.locator("#to-comments-back").click()
    await expect(page.locator("#cases-card")).to_be_visible()
