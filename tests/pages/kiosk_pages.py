"""A visitor in front of the kiosk's page, for tests."""

from playwright.async_api import Browser, Page, expect

from tests.pages.browser import page_of
from tests.support.bookings import book
from tests.support.client import ADMIN, Answer, HallClient
from tests.support.servers import HallServer

TOUCH = (1080, 1920)
LEAST_PX = 119.5
"""20 mm on the kiosk's screen, less a rounding."""
AWKWARD_KEYS = """(least) => {
    const words = (node) => node.innerText;
    const within = document.querySelector("[aria-modal=true]") || document;
    const keys = [...within.querySelectorAll("button")].filter((node) => node.checkVisibility());
    const small = keys.filter((node) => {
        const box = node.getBoundingClientRect();
        return Math.min(box.width, box.height) < least;
    });
    const hidden = keys.filter((node) => {
        const box = node.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return node !== top && !node.contains(top) && !node.closest(".scroll");
    });
    return { small: small.map(words), hidden: hidden.map(words), any: keys.length > 0 };
}"""
"""Keys too small for a thumb, and keys that something else lies over or that are off the screen (what scrolls has a
key of its own for that). Read in one go: the page may draw its keys anew at any moment."""


async def assert_touchable(page: Page) -> None:
    """Every key is as large as a thumb, and nothing lies over it."""
    keys = await page.evaluate(AWKWARD_KEYS, LEAST_PX)
    assert keys == {"small": [], "hidden": [], "any": True}, keys


async def kiosk_page(browser: Browser, server: HallServer, lang: str = "zh") -> Page:
    return await page_of(browser, server.url, TOUCH, {"gw-admin": ADMIN, "lang": lang})


async def start(browser: Browser, server: HallServer, lang: str = "zh") -> Page:
    """The kiosk's start page."""
    page = await kiosk_page(browser, server, lang)
    await page.goto(f"{server.url}/kiosk/demo-hall")
    await expect(page.locator(".hero")).to_be_visible()
    return page


async def kiosk(browser: Browser, server: HallServer, lang: str = "zh") -> Page:
    """One touch further: the items most asked for."""
    page = await start(browser, server, lang)
    await page.locator(".hero").click()
    return page


async def speak(page: Page, lang: str) -> None:
    """Chooses a language on the panel of all of them."""
    await page.locator(".mode.language").click()
    await page.locator(f".tongue[lang={lang}]").click()


async def issued(hall: HallClient) -> int:
    return int((await hall.get("/state"))["totals"]["issued"])


async def find(page: Page, letters: str) -> None:
    """Types on the keyboard of the page."""
    await page.locator(".choose .big.next").click()
    for letter in letters.upper():
        await page.locator(".key.letter", has_text=letter).click()


async def booked(hall: HallClient, phone: str, place: int = 0, **more: object) -> Answer:
    """A booking: of the slot that begins next, which can be checked in now, or of a later one."""
    slots = (await hall.get("/slots?service=PSB-01"))["slots"]
    made = await book(hall.as_(""), phone, service="PSB-01", start=slots[place]["start"], **more)
    assert made.status == 201, made
    return made
