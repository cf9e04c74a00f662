"""Signing in as oneself in a browser: the form and its code, a passkey, and single sign-on."""

from collections.abc import Iterator

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import page_of
from tests.pages.test_staff_page import looked_at
from tests.support.client import HallClient
from tests.support.colleagues import GOOD, colleague
from tests.support.servers import HallServer
from tests.support.sign_ins import oidc_provider

SIZE = (1366, 768)


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """A server whose staff may also come from another service."""
    folder = tmp_path_factory.mktemp("up")
    with oidc_provider("someone", "") as issuer:
        (folder / "identity.toml").write_text(
            f'[city]\nkind = "oidc"\nissuer = "{issuer}"\nclient_id = "x"\nclient_secret = "y"\nscope = "openid"\n'
            'staff = true\nnames = {zh = "统一认证", en = "City login"}\n',
            "utf-8",
        )
        server = HallServer(folder / "data", "--identity", str(folder / "identity.toml"))
        yield server
        server.stop()


async def with_authenticator(page: Page) -> None:
    """A browser with a passkey store of its own, whose owner always agrees."""
    line = await page.context.new_cdp_session(page)
    await line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    await line.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **always}})


def named(server: HallServer) -> str:
    """The server by name: passkeys belong to names, not to numbers."""
    return server.url.replace("127.0.0.1", "localhost")


async def test_a_passkey_takes_the_place_of_a_password(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    made = await colleague(hall, "k1", "desk")
    base = named(hall_server)
    page = await page_of(browser, base, SIZE, {"lang": "en"})
    await with_authenticator(page)
    await page.goto(base + made["link"])
    await page.locator("#passkey").click()
    await expect(page.locator(".place")).to_have_count(1)
    await page.locator("form[action='/sign-out'] button").click()
    await expect(page.locator("#passkey")).to_be_visible()
    await looked_at(page, "sign-in-en")
    await page.locator("#passkey").click()
    await expect(page).to_have_url(f"{base}/account")
    await page.locator(".way .rows .danger").click()
    await expect(page.locator("#wrong")).to_contain_text("Set a password or another passkey first")
    await page.locator(".places a[href='/desk/demo-hall']").click()
    await expect(page.locator("#connection[data-state=online]")).to_be_attached()


async def test_the_form_asks_for_the_code_and_leads_on(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    made = await colleague(hall, "t1", "desk")
    page = await page_of(browser, hall_server.url, SIZE, {"lang": "zh"})
    await page.goto(hall_server.url + made["link"])
    for field in ("#password", "#again"):
        await page.locator(field).fill(GOOD)
    await page.locator("#welcome .next").click()
    await page.locator(".way", has_text="验证码").locator("button").click()
    secret = (await page.locator(".secret code").inner_text()).replace(" ", "")
    assert await page.locator(".secret img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    await page.locator("#code").fill(pyotp.TOTP(secret).now())
    await looked_at(page, "totp-zh")
    await page.locator(".secret .next").click()
    await expect(page.locator("#well")).to_be_visible()
    await page.context.clear_cookies(name="gw-staff")
    await page.goto(f"{hall_server.url}/desk/demo-hall")
    await page.locator("#name").fill("t1")
    await page.locator("#password").fill("not-the-right-one")
    await page.locator("form .next").click()
    await expect(page.locator("#wrong")).to_contain_text("不正确")
    await looked_at(page, "sign-in-wrong-zh")
    await page.locator("#name").fill("t1")
    await page.locator("#password").fill(GOOD)
    await page.locator("form .next").click()
    await looked_at(page, "step-zh")
    step = int(pyotp.TOTP(secret).timecode(__import__("datetime").datetime.now())) + 1
    await page.locator("#code").fill(pyotp.TOTP(secret).generate_otp(step))
    await page.locator("form .next").click()
    await expect(page.locator("#connection[data-state=online]")).to_be_attached()


async def test_another_service_is_linked_once_and_signs_in_from_then_on(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    made = await colleague(hall, "s1", "desk")
    page = await page_of(browser, hall_server.url, SIZE, {"lang": "en"})

    async def over_there() -> None:
        await page.locator("input[name=sub]").fill("someone")
        await page.locator("button[type=submit]").first.click()

    await page.goto(f"{hall_server.url}/sign-in")
    await page.locator("a", has_text="City login").click()
    await over_there()
    await expect(page.locator("#wrong")).to_contain_text("no account for you here")
    await page.goto(hall_server.url + made["link"])
    for field in ("#password", "#again"):
        await page.locator(field).fill(GOOD)
    await page.locator("#welcome .next").click()
    await page.locator("a", has_text="City login").click()
    await over_there()
    await expect(page.locator(".way", has_text="city")).to_be_visible()
    await page.locator("form[action='/sign-out'] button").click()
    await page.locator("a", has_text="City login").click()
    await over_there()
    await expect(page).to_have_url(f"{hall_server.url}/account")
