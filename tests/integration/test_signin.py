"""Signing in: cookies, one-time links, and what other sites and forged requests get."""

import json
from http.cookies import Morsel
from typing import Any

import pytest
from aiohttp import ClientResponse

from queue_server.flows.links import make_link
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.slips import StoredSlips
from tests.conftest import StartHall
from tests.support.client import ADMIN, HallClient

COCKPIT = "/cockpit/small"


async def link(store: EmbeddedStore, role: str = "manager", window: int = 0, to: str = COCKPIT) -> str:
    client = connect(store.url)
    code = await make_link(StoredSlips(client), role, "small", window)
    await client.aclose()
    return f"/sign-in/{code}?to={to}"


async def sign_in(hall: HallClient, token: str, to: str, **headers: str) -> ClientResponse:
    form = {"token": token, "to": to}
    return await hall.http.post("/sign-in", data=form, headers=headers, allow_redirects=False)


def only_cookie(response: ClientResponse) -> "Morsel[str]":
    (morsel,) = [morsel for morsel in response.cookies.values() if morsel.key.startswith("gw-")]
    return morsel


async def test_a_pasted_token_signs_the_browser_in(hall: HallClient) -> None:
    response = await sign_in(hall, ADMIN, COCKPIT)
    assert (response.status, response.headers["Location"]) == (303, COCKPIT)
    cookie = only_cookie(response)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    async with hall.http.get(COCKPIT) as page:
        assert page.status == 200


async def test_a_wrong_token_signs_nobody_in(hall: HallClient) -> None:
    for token in ("", "not-a-token", "\u5927", "x" * 5000, "t.small.261122-0000001.AAAAAAAAAAAAAAAAAAAAAA"):
        response = await sign_in(hall, token, COCKPIT)
        assert response.status == 403 and not response.cookies
        assert len(token) < 5 or token not in await response.text()


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "application/json", "application/x-www-form-urlencoded; charset=x"]
)
async def test_a_form_that_is_none_is_refused(hall: HallClient, kind: str) -> None:
    async with hall.http.post("/sign-in", data=b"token=a", headers={"Content-Type": kind}) as response:
        assert response.status == 403 and response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/cockpit/small\r\nSet-Cookie: a=b",
        "javascript:x", "/kiosk/small/../../x", "/cockpit/small@evil.example", "\u5927", "/cockpit/small#//evil",
    ],
)  # fmt: skip
async def test_signing_in_leads_to_pages_of_ours_alone(hall: HallClient, to: str) -> None:
    response = await sign_in(hall, ADMIN, to)
    assert (response.status, response.headers["Location"]) == (303, "/")
    async with hall.http.get("/sign-in", params={"to": to}) as form:
        assert 'name="to" value="/"' in await form.text()


async def test_what_follows_the_question_mark_ends_no_header(hall: HallClient) -> None:
    response = await sign_in(hall, ADMIN, "/cockpit/small?a=\rSet-Cookie: b=c\u5927")
    where = response.headers["Location"]
    assert response.status == 303 and where.startswith("/cockpit/small?a=") and where.isascii()
    assert "b" not in response.cookies


async def test_a_one_time_link_works_once(hall: HallClient, start_hall: StartHall, clean_store: EmbeddedStore) -> None:
    address, second = await link(clean_store), await start_hall()
    async with hall.http.get(address, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, COCKPIT)
        assert response.headers["Cache-Control"] == "no-store" and response.headers["Referrer-Policy"] == "no-referrer"
        assert only_cookie(response)["httponly"]
    async with second.http.get(address, allow_redirects=False) as again:
        assert again.status == 410 and "<main" in await again.text() and not again.cookies
    async with hall.http.get(address, allow_redirects=False) as at_home:
        assert (at_home.status, at_home.headers["Location"]) == (303, COCKPIT)


async def test_looking_ahead_does_not_use_a_link_up(hall: HallClient, clean_store: EmbeddedStore) -> None:
    address = await link(clean_store)
    await hall.http.head(address)
    for name, value in (("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")):
        async with hall.http.get(address, headers={name: value}, allow_redirects=False) as response:
            assert response.status == 503 and not response.cookies
    async with hall.http.get(address, allow_redirects=False) as opened:
        assert opened.status == 303


async def test_a_link_opens_its_own_page_alone(hall: HallClient, clean_store: EmbeddedStore) -> None:
    address = await link(clean_store, "window", 1, "/window/small/2")
    async with hall.http.get(address, allow_redirects=False) as response:
        assert response.status == 403 and not response.cookies


async def test_a_page_that_needs_a_role_leads_to_the_form(hall: HallClient) -> None:
    async with hall.http.get("/window/small/1", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/sign-in?to=/window/small/1")


async def as_page(hall: HallClient, method: str, path: str, **headers: str) -> tuple[int, Any]:
    async with hall.http.request(method, f"/api/v1/halls/small{path}", headers=headers) as response:
        read = await response.read()
        return response.status, json.loads(read)["code"] if response.status >= 400 else ""


async def test_a_cookie_acts_for_our_own_pages_alone(hall: HallClient) -> None:
    await sign_in(hall, ADMIN, COCKPIT)
    named = {"Greenwave-As": "admin"}
    assert await as_page(hall, "GET", "/state", **named) == (200, "")
    assert await as_page(hall, "GET", "/state?as=admin") == (200, "")
    assert await as_page(hall, "GET", "/state") == (401, "NO_TOKEN")
    assert (await as_page(hall, "POST", "/windows/1/undo", **named))[0] == 409
    assert await as_page(hall, "POST", "/windows/1/undo?as=admin") == (403, "CROSS_SITE")
    for site in ("cross-site", "same-site"):
        assert await as_page(hall, "POST", "/windows/1/undo", **named, **{"Sec-Fetch-Site": site}) == (
            403,
            "CROSS_SITE",
        )
        assert await as_page(hall, "GET", "/state?as=admin", **{"Sec-Fetch-Site": site}) == (403, "CROSS_SITE")


async def test_another_site_cannot_sign_a_browser_in(hall: HallClient) -> None:
    response = await sign_in(hall, ADMIN, COCKPIT, **{"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403 and not response.cookies


async def test_an_odd_cookie_is_no_cookie(hall: HallClient) -> None:
    for value in ("\xff", "x" * 3000, "d.small.x"):
        headers = {"Cookie": f"gw-manager-small={value}", "Greenwave-As": "manager-small"}
        assert await as_page(hall, "GET", "/state", **headers) == (401, "UNKNOWN_TOKEN")
        async with hall.http.get(COCKPIT, headers=headers, allow_redirects=False) as page:
            assert page.status == 303


async def test_forwarded_headers_of_strangers_change_nothing(hall: HallClient) -> None:
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"}
    response = await sign_in(hall, ADMIN, COCKPIT, **forged)
    assert response.headers["Location"] == COCKPIT and not only_cookie(response)["secure"]
    ask = {"service": "A-1", "channel": "phone"}
    first = await hall.as_("").post("/tickets", ask, "key")
    again = await hall.as_("").post("/tickets", ask, "key", **{"X-Forwarded-For": "5.6.7.8"})
    assert again.body == first.body


async def test_the_page_of_a_ticket_is_told_to_nobody(hall: HallClient) -> None:
    token = (await hall.ticket())["token"]
    async with hall.http.get(f"/t/{token}") as page:
        assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
        cookie = only_cookie(page)
        assert cookie["httponly"] and cookie["samesite"] == "Strict"
    for odd in ("nonsense", "%FF", "t.small.261122-0000001." + "A" * 22, "%00", "\u5927"):
        async with hall.http.get(f"/t/{odd}") as page:
            assert page.status == 404 and page.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "look/..%2f..%2fsettings.py", "look/%2e%2e", "..%2f..%2f..%2fetc/passwd", "look/.hidden", "look/tokens.css%00",
        "no/x.css",
    ],
)  # fmt: skip
async def test_static_files_are_those_of_their_folders(hall: HallClient, path: str) -> None:
    from yarl import URL

    url = URL(str(hall.http.make_url("/")) + f"static/{path}", encoded=True)  # type: ignore[union-attr]
    async with hall.http.session.get(url) as response:  # type: ignore[union-attr]
        assert response.status == 404


async def test_logs_hold_no_token(
    hall: HallClient, clean_store: EmbeddedStore, capfd: pytest.CaptureFixture[str]
) -> None:
    made = await hall.ticket(visitor={"id_number": "110101199003071234", "phone": "13800000000"})
    await hall.http.get(await link(clean_store))
    await hall.http.get(f"/t/{made['token']}")
    await hall.as_("wrong-token-here").get("/state")
    said = "".join(capfd.readouterr())
    assert not any(secret in said for secret in (made["token"], ADMIN, "wrong-token-here", "13800000000", "110101"))
