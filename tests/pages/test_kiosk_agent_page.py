"""The touch page of a kiosk with its agent: paper, jams, a network that goes away, and help that comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hardware.idcard.card import Card, with_check
from hardware.idcard.emulator import SamvEmulator
from hardware.printer.emulator import PrinterEmulator
from hardware.scanner.emulator import ScannerEmulator
from tests.offline.switched_off import switch_off
from tests.pages.browser import assert_accessible, page_of
from tests.pages.kiosk_pages import TOUCH, assert_touchable, booked
from tests.support.client import HallClient
from tests.support.kiosks import KioskProcess, add_device, away
from tests.support.servers import HallServer

SLOW_MS = 15_000
ELDERS = {
    lang: Card(number=with_check(f"1101011950010100{at}"), birth="19500101", name="ZHANG")
    for at, lang in enumerate(("zh", "en"))
}
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
KNOWN_AT = {"zh": "时的情况：", "en": "As known at "}


@pytest.fixture(scope="module")
def printer() -> Iterator[PrinterEmulator]:
    with PrinterEmulator(options="?mode=text") as printer:
        yield printer


@pytest.fixture(scope="module")
def kiosk(
    hall_server: HallServer, printer: PrinterEmulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KioskProcess]:
    kiosk = KioskProcess(
        tmp_path_factory.mktemp("kiosk") / "data", "--server", hall_server.url, "--token",
        add_device(hall_server.url)["token"], "--hall", "demo-hall", "--printer", printer.address,
    )  # fmt: skip
    kiosk.until(lambda status: bool(status["left"]))
    yield kiosk
    kiosk.stop()


@pytest.fixture(autouse=True)
def mended(printer: PrinterEmulator, kiosk: KioskProcess) -> Iterator[None]:
    yield
    printer.machine.mend()
    kiosk.until(lambda status: not status["blocked"] and status["online"])


async def start(browser: Browser, kiosk: KioskProcess, lang: str = "zh") -> Page:
    page = await page_of(browser, kiosk.url, TOUCH, {"lang": lang})
    await page.goto(kiosk.url)
    await expect(page.locator(".hero")).to_be_visible()
    return page


async def take(page: Page) -> None:
    await page.locator("[data-item=GSO-01]").click()
    await page.locator(".take").click()


async def assert_sound(page: Page) -> None:
    """Accessible, every key large enough and free."""
    await assert_touchable(page)
    await assert_accessible(page)


async def assert_sound_in_care_mode_too(page: Page) -> None:
    await assert_sound(page)
    await page.locator(".mode[aria-pressed]").first.click()
    await assert_sound(page)
    await page.locator(".mode[aria-pressed]").first.click()


@LANGUAGES
async def test_three_touches_print_a_ticket(
    browser: Browser, kiosk: KioskProcess, printer: PrinterEmulator, lang: str
) -> None:
    page = await start(browser, kiosk, lang)
    before = len(printer.jobs)
    await page.locator(".hero").click()
    await take(page)
    await expect(page.locator(".printed")).to_be_visible()
    assert [job.numbers for job in printer.jobs[before:]] == [[await page.locator(".big-number .number").inner_text()]]
    await assert_sound_in_care_mode_too(page)
    await page.locator(".done").click()
    await expect(page.locator(".hero")).to_be_visible()


async def test_a_double_touch_prints_one_ticket(
    browser: Browser, kiosk: KioskProcess, printer: PrinterEmulator
) -> None:
    page = await start(browser, kiosk)
    before = len(printer.jobs)
    await page.locator("[data-item=GSO-01]").click()
    await page.locator(".take").evaluate("button => { button.click(); button.click(); }")
    await expect(page.locator(".printed")).to_be_visible()
    assert len(printer.jobs) == before + 1


@LANGUAGES
async def test_without_the_server_the_page_is_calm_and_promises_no_wait(
    browser: Browser, kiosk: KioskProcess, hall_server: HallServer, lang: str
) -> None:
    page = await start(browser, kiosk, lang)
    with away(hall_server):
        await take(page)
        await expect(page.locator(".printed .note.warn")).to_be_visible()
        await assert_sound_in_care_mode_too(page)
        await page.locator(".done").click()
        await expect(page.locator(".strip")).to_be_visible()
        await assert_sound_in_care_mode_too(page)
        await page.locator(".start .booked").click()
        await expect(page.locator(".view.booked .note.warn")).to_be_visible()
        await page.locator(".deck .big").first.click()
        await page.locator("[data-item=GSO-01]").click()
        await expect(page.locator(".figures")).to_have_count(0)
        await expect(page.locator(".before[data-kind=known]")).to_contain_text(KNOWN_AT[lang])
        await assert_sound_in_care_mode_too(page)
        await page.locator(".deck .big").first.click()
    await expect(page.locator(".strip")).to_have_count(0, timeout=SLOW_MS)


@pytest.mark.parametrize(
    ("trouble", "lang", "title"),
    [
        ("PAPER_OUT", "zh", "本机没有纸了"),
        ("COVER_OPEN", "en", "The printer is open"),
        ("OFFLINE", "zh", "打印机暂时不能用"),
    ],
)
async def test_a_printer_that_needs_care_has_its_page_and_the_start_comes_back(
    browser: Browser, kiosk: KioskProcess, printer: PrinterEmulator, trouble: str, lang: str, title: str
) -> None:
    page = await start(browser, kiosk, lang)
    printer.machine.break_down(trouble)
    await expect(page.locator(".cover h1")).to_have_text(title, timeout=SLOW_MS)
    await assert_sound_in_care_mode_too(page)
    printer.machine.mend()
    await expect(page.locator(".hero")).to_be_visible(timeout=SLOW_MS)


@LANGUAGES
async def test_a_jam_shows_the_number_huge_and_prints_a_marked_copy(
    browser: Browser, kiosk: KioskProcess, printer: PrinterEmulator, lang: str
) -> None:
    page = await start(browser, kiosk, lang)
    printer.machine.break_down("JAMMED", after_items=4)
    await take(page)
    await expect(page.locator(".unprinted")).to_be_visible(timeout=2 * SLOW_MS)
    number = await page.locator(".big-number .number").inner_text()
    await assert_sound_in_care_mode_too(page)
    printer.machine.mend()
    await page.locator(".again").click()
    await expect(page.locator(".printed")).to_be_visible(timeout=SLOW_MS)
    assert await page.locator(".big-number .number").inner_text() == number
    assert "补打" in "".join(printer.jobs[-1].texts)


@LANGUAGES
async def test_help_says_when_somebody_is_on_the_way(
    browser: Browser, kiosk: KioskProcess, hall: HallClient, lang: str
) -> None:
    page = await start(browser, kiosk, lang)
    await page.locator(".ask").click()
    await expect(page.locator(".told[data-state=called]")).to_be_visible()
    await assert_accessible(page)
    called = (await hall.get("/help"))["help"][0]
    await hall.post(f"/help/{called['id']}/answer", {})
    await expect(page.locator(".told[data-state=answered]")).to_be_visible(timeout=SLOW_MS)
    await assert_accessible(page)


async def test_help_that_cannot_be_called_sends_to_the_guide_desk(
    browser: Browser, kiosk: KioskProcess, hall_server: HallServer
) -> None:
    page = await start(browser, kiosk, "en")
    with away(hall_server):
        await page.locator(".ask").click()
        await expect(page.locator(".told[data-state=failed]")).to_contain_text("guide desk", timeout=SLOW_MS)


@LANGUAGES
async def test_the_staffs_page_tells_how_everything_is(browser: Browser, kiosk: KioskProcess, lang: str) -> None:
    kiosk.take()
    page = await start(browser, kiosk, lang)
    await page.goto(f"{kiosk.url}/status")
    await expect(page.locator(".part.good")).to_have_count(4)
    await expect(page.locator("#slips .number").first).to_be_visible()
    await assert_accessible(page)


# ---- with readers ----


@contextmanager
def with_readers(
    folder: Path, server: HallServer, printer: PrinterEmulator
) -> Iterator[tuple[KioskProcess, SamvEmulator, ScannerEmulator]]:
    with SamvEmulator() as cards, ScannerEmulator() as codes:
        kiosk = KioskProcess(
            folder, "--server", server.url, "--token", add_device(server.url)["token"], "--hall", "demo-hall",
            "--printer", printer.address, "--idcard", cards.address, "--scanner", codes.address,
        )  # fmt: skip
        try:
            kiosk.until(lambda status: bool(status["left"] and status["idcard"] and status["scanner"]))
            yield kiosk, cards, codes
        finally:
            kiosk.stop()


@LANGUAGES
async def test_a_card_chooses_priority_and_is_never_needed(
    browser: Browser, hall_server: HallServer, hall: HallClient, printer: PrinterEmulator, tmp_path: Path, lang: str
) -> None:
    with with_readers(tmp_path / "kiosk", hall_server, printer) as (kiosk, cards, _):
        page = await start(browser, kiosk, lang)
        await page.locator("[data-item=GSO-01]").click()
        await expect(page.locator(".card-hint")).to_be_visible()
        await expect(page.locator(".take")).to_be_enabled()
        await assert_sound_in_care_mode_too(page)
        elder = ELDERS[lang]
        cards.put(elder)
        await expect(page.locator("[data-priority=elder]")).to_have_attribute("aria-pressed", "true")
        await assert_sound(page)
        async with page.expect_response("**/api/tickets") as told:
            await page.locator(".take").click()
        taken = await (await told.value).json()
        assert (await hall.get(f"/tickets/{taken['ticket']}"))["priority"] == "elder"
        kept = b"".join(path.read_bytes() for path in (tmp_path / "kiosk").iterdir() if path.is_file())
        for secret in (elder.number, elder.name):
            assert secret.encode() not in kept and secret.encode("utf-16-le") not in kept


@pytest.mark.parametrize(
    ("fault", "lang", "said"),
    [("CARD_REMOVED", "en", "lay it on again and leave it there"), ("CARD_UNREADABLE", "zh", "没有读出")],
)
async def test_a_card_that_could_not_be_read_is_asked_for_once_more(
    browser: Browser, hall_server: HallServer, printer: PrinterEmulator, tmp_path: Path,
    fault: str, lang: str, said: str,
) -> None:  # fmt: skip
    with with_readers(tmp_path / "kiosk", hall_server, printer) as (kiosk, cards, _):
        page = await start(browser, kiosk, lang)
        await page.locator("[data-item=GSO-01]").click()
        cards.put(ELDERS[lang], fault)
        await expect(page.locator(".card-hint.missed")).to_contain_text(said)
        await assert_sound_in_care_mode_too(page)
        await expect(page.locator(".take")).to_be_enabled()
        if fault == "CARD_REMOVED":
            cards.put(ELDERS[lang])
            await expect(page.locator(".card-hint.read")).to_be_visible()


@LANGUAGES
async def test_a_kiosk_that_does_not_know_the_day_says_so_and_begins_by_itself(
    browser: Browser, hall_server: HallServer, printer: PrinterEmulator, tmp_path: Path, lang: str
) -> None:
    kiosk = KioskProcess(
        tmp_path / "kiosk", "--server", hall_server.url, "--token", add_device(hall_server.url)["token"],
        "--hall", "demo-hall", "--printer", printer.address,
    )  # fmt: skip
    kiosk.until(lambda status: bool(status["left"]))
    kiosk.stop()
    switch_off(tmp_path / "kiosk")
    with away(hall_server):
        kiosk.start()
        page = await page_of(browser, kiosk.url, TOUCH, {"lang": lang})
        await page.goto(kiosk.url)
        await expect(page.locator(".cover h1")).to_have_text(
            {"zh": "本机时间需要核对", "en": "This machine's clock must be confirmed"}[lang]
        )
        await assert_sound_in_care_mode_too(page)
        staff = await page_of(browser, kiosk.url, TOUCH, {"lang": lang})
        await staff.goto(f"{kiosk.url}/status")
        await expect(staff.locator("#parts")).to_contain_text({"zh": "备用号暂不发放", "en": "held back"}[lang])
        await assert_accessible(staff)
    await expect(page.locator(".hero")).to_be_visible(timeout=SLOW_MS)
    kiosk.stop()


async def test_a_scanned_pass_prints_its_ticket_a_ticket_shows_how_it_stands_and_other_codes_are_told_apart(
    browser: Browser, hall_server: HallServer, hall: HallClient, printer: PrinterEmulator, tmp_path: Path
) -> None:
    with with_readers(tmp_path / "kiosk", hall_server, printer) as (kiosk, _, codes):
        page = await start(browser, kiosk, "en")
        await assert_scanned_pass_prints(page, hall, kiosk, codes, printer)
        taken = kiosk.take()
        codes.scan(printer.jobs[-1].codes[0])
        await expect(page.locator(".looked-up .number")).to_have_text(taken["number"])
        await assert_sound_in_care_mode_too(page)
        codes.scan("https://elsewhere.example/coupon")
        await expect(page.locator(".view.refused h1")).to_have_text("This code does not belong to this hall")
        await assert_sound_in_care_mode_too(page)


async def assert_scanned_pass_prints(
    page: Page, hall: HallClient, kiosk: KioskProcess, codes: ScannerEmulator, printer: PrinterEmulator
) -> None:
    """Once, in the language of the booking, with its time; the link of its page does no more than its code."""
    made = await booked(hall, "13800000004", language="ru")
    passed = await hall.as_(made["token"]).post(f"/bookings/{made['code']}/pass", {})
    codes.scan(passed["pass"])
    await expect(page.locator(".printed .facts")).to_contain_text("Booked for")
    number = (await hall.get(f"/bookings/{made['code']}"))["ticket"]["number"]
    await expect(page.locator(".big-number .number")).to_have_text(number)
    slip = "".join(printer.jobs[-1].texts)
    assert all(words in slip for words in (number, "预约时间", "Запись на")) and "补打" not in slip
    assert (await hall.get(f"/tickets/{number}"))["channel"] == "kiosk"
    codes.scan(f"https://hall.example/b/{made['token']}")
    await expect(page.locator(".refused .number")).to_have_text(number)
    assert kiosk.post(f"/api/tickets/{number}/copy").status == 200
    assert "补打" in "".join(printer.jobs[-1].texts)


async def test_a_person_who_waits_already_is_told_so(
    browser: Browser, hall_server: HallServer, printer: PrinterEmulator, tmp_path: Path
) -> None:
    with with_readers(tmp_path / "kiosk", hall_server, printer) as (kiosk, cards, _):
        page = await start(browser, kiosk, "en")
        for times in range(2):
            await page.locator("[data-item=GSO-02]").click()
            cards.put(Card(number=with_check("11010119900101002"), birth="19900101"))
            await expect(page.locator(".card-hint.read")).to_be_visible()
            await page.locator(".take").click()
            if not times:
                await page.locator(".printed .done").click()
        await expect(page.locator(".note.bad")).to_contain_text("You are in line already")
        await assert_sound(page)
