"""Who may: every route, page and topic × every role × own hall, another hall, no token, a forged one."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from queue_server.web.route import API as BASE
from tests.support import rights
from tests.support.audits import AuditedHalls, audited_halls
from tests.support.client import ADMIN
from tests.support.colleagues import colleague, welcomed
from tests.support.contract import device

DEVICES = ("manager", "window", "desk", "kiosk", "display")
NO_RIGHT = frozenset(
    {"NO_TOKEN", "UNKNOWN_TOKEN", "WRONG_ROLE", "WRONG_HALL", "WRONG_WINDOW", "WRONG_DEPARTMENT", "CROSS_SITE"}
)
FORGED = "d.small.000000000000.forged"
FILLED = {
    "window": "1", "device": "000000000000", "code": "ABCD-EFGH", "case": "C-1", "day": "2026-11-21", "span": "day",
    "person": "p-0", "shift": "s-0", "help": "261122-9", "diversion": "D-261122-9", "key": "k", "chart": "waiting",
    "interpreter": "i-0", "locker": "l-0", "parcel": "E-1", "zone": "Z1", "request": "r-0", "promise": "P-1",
}  # fmt: skip
Tokens = Mapping[str, str]


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


@pytest.fixture
async def ticket(halls: AuditedHalls) -> Any:
    return await halls.hall.ticket()


@pytest.fixture
async def tokens(halls: AuditedHalls, ticket: Any) -> dict[str, str]:
    """One caller of each role in the hall `small`; the admin is of both."""
    found = {"admin": ADMIN, "visitor": str(ticket["token"])}
    for role in DEVICES:
        found[role] = (await device(halls.hall, role, **({"window": 1} if role == "window" else {}))).token
    return found


def listed(halls: AuditedHalls) -> set[str]:
    """Every route that the server has, as `METHOD /path`."""
    app = halls.http.server.app  # type: ignore[union-attr]
    routes = ((route.method, route.resource.canonical) for route in app.router.routes())
    return {f"{method} {path}" for method, path in routes if method != "HEAD"}


def promised() -> set[str]:
    """Every route of the tables."""
    api = {f"{method} {BASE}{path}" for method, path in (line.split(" ") for line in rights.API)}
    return api | {f"GET {path}" for path in (*rights.PAGES, *rights.PICTURES, *rights.BY_ADDRESS)} | rights.OPEN


async def test_every_route_of_the_server_is_in_the_tables_and_no_other(halls: AuditedHalls) -> None:
    assert listed(halls) - promised() == set(), "a route that nobody decided on"
    assert promised() - listed(halls) == set(), "a route that is no more"


def filled(path: str, hall: str, ticket: str) -> str:
    return path.format_map({**FILLED, "hall": hall, "ticket": ticket})


def expected(roles: str, role: str, hall: str, is_act: bool = False) -> str:
    """The code with which a caller is refused; empty for one that may."""
    allowed = roles.split()
    if role == "forged":
        return "UNKNOWN_TOKEN"
    if roles == rights.ANYONE:
        is_foreign = hall == "other" and role in DEVICES
        return "WRONG_HALL" if is_foreign and is_act else ""
    if role == "nobody":
        return "NO_TOKEN"
    if hall == "other" and role != "admin":
        return "WRONG_HALL"
    return "" if role in allowed else "WRONG_ROLE"


async def refused(halls: AuditedHalls, method: str, path: str, token: str) -> str:
    """With which code of the door a call is refused; empty where it got through it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with halls.http.request(method, path, headers=headers) as answer:
        problem = await answer.json(content_type=None) if "json" in answer.content_type else {}
        assert answer.status < 500 or problem["code"] in {"ARCHIVE_AWAY", "FORECAST_AWAY"}, (method, path, problem)
        code = problem.get("code", "") if isinstance(problem, dict) else ""
        assert code not in NO_RIGHT or answer.status in {401, 403}
        return str(code) if code in NO_RIGHT else ""


def callers(tokens: Tokens) -> Iterator[tuple[str, str, str]]:
    """Role, token and hall that is called."""
    for role, token in {**tokens, "nobody": "", "forged": FORGED}.items():
        for hall in ("small", "other"):
            yield role, token, hall


async def test_every_call_is_for_whom_the_table_says(halls: AuditedHalls, ticket: Any, tokens: Tokens) -> None:
    wrong = {}
    for line, roles in rights.API.items():
        method, path = line.split(" ")
        for role, token, hall in callers(tokens):
            if "{hall}" not in path and hall == "other":
                continue
            found = await refused(halls, method, BASE + filled(path, hall, ticket["id"]), token)
            if found != expected(roles, role, hall, method != "GET"):
                wrong[line, role, hall] = found
    assert wrong == {}


@pytest.mark.parametrize("role", ["manager", "desk", "window"])
async def test_a_person_may_what_their_role_may_in_their_hall_and_nothing_in_another(
    halls: AuditedHalls, ticket: Any, role: str
) -> None:
    made = await colleague(halls.hall, role=role, **({"windows": [1]} if role == "window" else {}))
    token, wrong = await welcomed(halls.hall, made), {}
    for line, roles in rights.API.items():
        method, path = line.split(" ")
        if "sign-out" in path:
            continue  # who has signed out is nobody
        for hall in ("small", "other") if "{hall}" in path else ("",):
            found = await refused(halls, method, BASE + filled(path, hall, ticket["id"]), token)
            if roles == rights.ANYONE:
                is_right = found in ("", "WRONG_HALL") if hall == "other" else not found
            elif hall == "other":
                is_right = found in ("WRONG_HALL", "WRONG_ROLE")
            else:
                is_right = found == ("" if role in roles.split() or roles == rights.PERSON else "WRONG_ROLE")
            if not is_right:
                wrong[line, hall] = found
    assert wrong == {}


async def test_every_topic_is_told_to_whom_the_table_says(halls: AuditedHalls, ticket: Any, tokens: Tokens) -> None:
    wrong = {}
    for topic, roles in rights.TOPICS.items():
        for role, token, hall in callers(tokens):
            wanted = topic.format_map({"ticket": ticket["id"]})
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with halls.http.get(f"{BASE}/halls/{hall}/events?topics={wanted}", headers=headers) as answer:
                code = "" if answer.status == 200 else str((await answer.json(content_type=None))["code"])
                answer.close()
            found = code if code in NO_RIGHT else ""
            if found != expected(roles, role, hall):
                wrong[topic, role, hall] = found
    assert wrong == {}


async def test_every_page_opens_for_whom_the_table_says(halls: AuditedHalls, tokens: Tokens) -> None:
    wrong = {}
    for path, roles in rights.PAGES.items():
        for role, token, hall in callers(tokens):
            cookies = {cookie(role): token} if token else {}
            request = halls.http.get(filled(path, hall, ""), cookies=cookies, allow_redirects=False)
            async with request as answer:
                found = "in" if answer.status == 200 else answer.headers.get("Location", str(answer.status))[:8]
            halls.http.session.cookie_jar.clear()
            may = roles == rights.ANYONE or (role in roles.split() and (hall == "small" or role == "admin"))
            if found != ("in" if may else "/sign-in"):
                wrong[path, role, hall] = found
    assert wrong == {}


def cookie(role: str) -> str:
    """Under which name a browser keeps such a token."""
    named = {"admin": "gw-admin", "window": "gw-window-small-1", "visitor": "gw-ticket-x"}
    return named.get(role, f"gw-{role}-small")


async def test_every_picture_is_drawn_for_whom_the_table_says(halls: AuditedHalls, tokens: Tokens) -> None:
    wrong = {}
    for path, roles in rights.PICTURES.items():
        for role, token, hall in callers(tokens):
            found = await refused(halls, "GET", filled(path, hall, ""), token)
            if found != expected(roles, role, hall):
                wrong[path, role, hall] = found
    assert wrong == {}


async def test_an_address_with_a_secret_that_is_none_opens_nothing(halls: AuditedHalls) -> None:
    for path in sorted(rights.BY_ADDRESS):
        async with halls.http.get(
            path.format(token="x.y", booking="x.y", code="none"), allow_redirects=False
        ) as answer:
            assert answer.status in {403, 404, 410}, (path, answer.status)


async def test_another_visitors_ticket_and_another_window_stay_shut(halls: AuditedHalls, tokens: Tokens) -> None:
    theirs = await halls.hall.ticket()
    for line in rights.API:
        method, path = line.split(" ")
        if "{ticket}" in path and "visitor" in rights.API[line].split():
            answer = await halls.hall.as_(tokens["visitor"])._call(
                method, filled(path, "small", theirs["id"]).removeprefix("/halls/small"), None, {}
            )
            assert (answer.status, answer["code"]) == (404, "NO_SUCH_TICKET"), line
        if "{window}" in path:
            url = BASE + path.format(hall="small", window=2)
            assert await refused(halls, method, url, tokens["window"]) == "WRONG_WINDOW", line


async def test_what_was_refused_to_whom_stands_in_the_ledger(halls: AuditedHalls, ticket: Any, tokens: Tokens) -> None:
    """Each refusal of what is for staff alone, once."""
    tried = set()
    for line, roles in rights.API.items():
        method, path = line.split(" ")
        if "{hall}" in path and roles == rights.BOSS:
            await refused(halls, method, BASE + filled(path, "small", ticket["id"]), tokens["desk"])
            tried.add(line)
    found = {one["facts"]["what"] for one in await halls.entries("&act=refused&actor=desk")}
    assert found == tried
