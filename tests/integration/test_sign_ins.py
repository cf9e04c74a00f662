"""Visitors sign in with another service, and are then known as they would be at the counter."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestClient, TestServer

from ops.pages import PAGES
from queue_server.app import create_app
from queue_server.domain.identity import SignInFailed
from queue_server.flows.seals import Seals
from queue_server.identity.oidc import Oidc
from queue_server.identity.plan import OidcPlan, read_plan
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import SECRET
from tests.support.client import ADMIN
from tests.support.halls import small_hall
from tests.support.sign_ins import GatewayEmulator, WeChatEmulator, emulators, oidc_provider

PHONE = "+8613912345678"
PLAN = """
[city]
kind = "oidc"
issuer = "{issuer}"
client_id = "greenwave"
client_secret = "s"
names = {{zh = "市民码", en = "City ID"}}

[wechat]
kind = "wechat"
app_id = "wx-app"
app_secret = "wx-secret"
token_url = "{other}/sns/oauth2/access_token"

[zlb]
kind = "zheliban"
app_id = "irs-app"
access_key = "irs-key"
secret_key = "irs-secret"
login_url = "https://login.example/sso?goto={{back}}"
token_url = "{other}/uc/sso/access_token"
user_url = "{other}/uc/sso/getUserInfo"

[elsewhere]
kind = "wechat"
app_id = "x"
app_secret = "y"
halls = ["another-hall"]
"""


@pytest.fixture(scope="module")
def issuer() -> Any:
    with oidc_provider("citizen-7", PHONE) as address:
        yield address


@pytest.fixture
async def hall(clean_store: EmbeddedStore, tmp_path: Path, issuer: str) -> AsyncIterator[TestClient[Any, Any]]:
    other = TestServer(emulators(WeChatEmulator(), GatewayEmulator()))
    await other.start_server()
    plan = tmp_path / "identity.toml"
    plan.write_text(PLAN.format(issuer=issuer, other=str(other.make_url("")).rstrip("/")), "utf-8")
    client = connect(clean_store.url)
    await Catalogue(client).keep(small_hall())
    await client.aclose()
    settings = Settings(data=tmp_path, store=clean_store.url, open_now=True, admin_token=ADMIN, identity=plan)
    http = TestClient(TestServer(create_app(settings, SECRET, PAGES)), cookie_jar=CookieJar(unsafe=True))
    await http.start_server()
    yield http
    await http.close()
    await other.close()


async def go(http: TestClient[Any, Any], provider: str, to: str = "/m/small") -> tuple[str, str]:
    """Leaves for a service: where to, and the state that goes along."""
    answer = await http.get(f"/m/small/sign-in/{provider}", params={"to": to}, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    url = answer.headers["Location"]
    query = parse_qs(urlsplit(url).query)
    home = query.get("goto", query.get("redirect_uri", [""]))[0]
    return url, query["state"][0] if "state" in query else parse_qs(urlsplit(home).query)["state"][0]


def person_in(http: TestClient[Any, Any]) -> str:
    """Whom this browser's proof shows."""
    kept = {cookie.key: cookie.value for cookie in http.session.cookie_jar}
    sealed = Seals(SECRET).open(kept.get("gw-person-small", ""))
    assert sealed is not None and sealed.kind == "p", kept
    return sealed.id[:22]


async def test_the_services_of_a_hall_are_listed(hall: TestClient[Any, Any]) -> None:
    found = await (await hall.get("/api/v1/halls/small/sign-ins")).json()
    assert [row["id"] for row in found["sign_ins"]] == ["city", "wechat", "zlb"]
    assert found["sign_ins"][0]["names"]["en"] == "City ID"


async def test_who_signs_in_by_openid_connect_is_known_by_the_verified_phone(hall: TestClient[Any, Any]) -> None:
    url, _ = await go(hall, "city", "/m/small?service=A-1")
    async with ClientSession() as browser, browser.post(url, data={"sub": "citizen-7"}, allow_redirects=False) as there:
        back = there.headers["Location"]
    answer = await hall.get(urlsplit(back).path + "?" + urlsplit(back).query, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/m/small?service=A-1"), await answer.text()
    assert person_in(hall) == Seals(SECRET).person("small", "phone", "13912345678")
    again = await hall.get(urlsplit(back).path + "?" + urlsplit(back).query, allow_redirects=False)
    assert again.status == 403, "each way back is good once"


async def test_wechat_knows_a_person_by_an_id_alone(hall: TestClient[Any, Any]) -> None:
    url, state = await go(hall, "wechat")
    assert url.endswith("#wechat_redirect") and "scope=snsapi_base" in url
    refused = await hall.get(f"/identity/wechat?code=bad&state={state}", allow_redirects=False)
    assert refused.status == 403 and "SIGN_IN_FAILED" in await refused.text()
    _, state = await go(hall, "wechat")
    answer = await hall.get(f"/identity/wechat?code=good&state={state}", allow_redirects=False)
    assert answer.status == 303
    assert person_in(hall) == Seals(SECRET).person("small", "at wechat", "openid-1")


async def test_zheliban_knows_a_person_by_the_id_number_of_the_counter(hall: TestClient[Any, Any]) -> None:
    _, state = await go(hall, "zlb")
    answer = await hall.get(f"/identity/zlb?ticketId=ticket-1&state={state}", allow_redirects=False)
    assert answer.status == 303, await answer.text()
    assert person_in(hall) == Seals(SECRET).person("small", "id", "330106199001011234")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/m/small/sign-in/nobody", 404),
        ("/m/small/sign-in/elsewhere", 404),
        ("/m/nowhere/sign-in/city", 404),
        ("/identity/wechat?code=good&state=made-up", 403),
        ("/identity/wechat", 403),
        ("/identity/nobody?state=%F0%9F%98%80", 403),
    ],
)
async def test_a_wrong_way_has_its_page(hall: TestClient[Any, Any], path: str, status: int) -> None:
    answer = await hall.get(path, allow_redirects=False)
    assert answer.status == status
    assert "gw-person" not in json.dumps([cookie.key for cookie in hall.session.cookie_jar])


async def test_a_stolen_way_back_does_not_sign_another_browser_in(hall: TestClient[Any, Any]) -> None:
    _, state = await go(hall, "wechat")
    async with ClientSession() as stranger:
        address = hall.make_url(f"/identity/wechat?code=good&state={state}")
        async with stranger.get(address, allow_redirects=False) as answer:
            assert answer.status == 403


async def test_signing_in_leads_to_our_own_pages_alone(hall: TestClient[Any, Any]) -> None:
    for to in ("https://evil.example/", "//evil.example/m/small", "/m/small\r\nX: y", "/sign-in/x"):
        _, state = await go(hall, "zlb", to)
        answer = await hall.get(f"/identity/zlb?ticketId=ticket-1&state={state}", allow_redirects=False)
        assert answer.headers["Location"] == "/m/small", to


async def test_an_id_token_for_another_client_is_not_believed(issuer: str) -> None:
    mine = Oidc(OidcPlan(issuer=issuer, client_id="greenwave", client_secret="s"))
    departure = await mine.start("state", "http://127.0.0.1:1/identity/city")
    form = {"sub": "citizen-7"}
    async with ClientSession() as browser, browser.post(departure.url, data=form, allow_redirects=False) as there:
        query = parse_qs(urlsplit(there.headers["Location"]).query)
    kept = {**departure.kept, "nonce": "another browser's"}
    with pytest.raises(SignInFailed, match="ID token"):
        await mine.finish({"code": query["code"][0]}, kept, "http://127.0.0.1:1/identity/city")


def test_mistakes_in_the_identity_file_are_listed_together() -> None:
    _, wrong = read_plan(
        '[a]\nkind = "oidc"\n[B]\nkind = "wechat"\napp_id = "x"\napp_secret = "y"\n[c]\nkind = "saml"\n'
    )
    assert [line.split(":")[0] for line in wrong] == ["a", "B", "c"]
