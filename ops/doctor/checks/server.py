"""The server as this machine sees it: there, on time, and willing to take the token."""

import asyncio
import shlex
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientConnectorDNSError, ClientConnectorError, ClientError, ClientSSLError, ClientTimeout

from ops.doctor.finding import Case, Finding, look, ok, wrong
from queue_server.link import Away, Link, Refused
from queue_server.link.asking import open_session, reason, server_url

WITHIN_S = 5.0
CLOCK_LOOK_S, CLOCK_WRONG_S = 5, 60
SHOWN_DEVICES = 8
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server said to `/readyz`, and by how much its clock is ahead of ours."""

    status: int
    ahead_s: float | None


def reachable(case: Case) -> list[Finding]:
    """Something answers at the server's address, and it is ready."""
    if not case.server:
        return []
    try:
        found = asyncio.run(_knock(case.server))
    except ValueError:
        return wrong("server_no_address", "greenwave doctor --server http://HOST:8080", server=case.server)
    except Away as error:
        code, do = _away(case, error)
        return wrong(code, do, server=case.server, host=urlsplit(case.server).hostname or "", why=error.why)
    if found.status == 503:
        return wrong("server_not_ready", f"curl -sS {_at(case, '/readyz')}", server=case.server)
    if found.status != 200:
        return wrong("server_not_ours", f"curl -sS {_at(case, '/healthz')}", server=case.server, status=found.status)
    return ok("server", server=case.server)


def clock(case: Case) -> list[Finding]:
    """This machine's clock against the server's: tickets and slips carry the time."""
    if not case.server:
        return []
    try:
        ahead_s = asyncio.run(_knock(case.server)).ahead_s
    except (ValueError, Away):
        return []  # said by `reachable`
    if ahead_s is None:
        return []
    off_s = round(abs(ahead_s))
    if off_s > CLOCK_WRONG_S:
        return wrong("clock_wrong", "sudo timedatectl set-ntp true", seconds=off_s)
    return look("clock_off", "timedatectl status", seconds=off_s) if off_s > CLOCK_LOOK_S else ok("clock")


def hall(case: Case) -> list[Finding]:
    """The server has the hall."""
    if not case.server or not case.hall:
        return []
    try:
        asyncio.run(_ask(case, "", with_token=False))
    except Refused:
        known = ", ".join(_halls(case))
        return wrong("hall_unknown", f"curl -sS {_at(case, '/api/v1/halls')}", hall=case.hall, known=known)
    except (Away, ValueError):
        return []
    return ok("hall", hall=case.hall)


def token(case: Case) -> list[Finding]:
    """The server takes the token, and says what it is good for."""
    if not case.server or not case.token or not case.hall:
        return [] if not case.token else look("token_unseen", "greenwave doctor --server URL --token TOKEN --hall HALL")
    try:
        asyncio.run(_ask(case, "/state"))
    except Refused as error:
        return _token_by(case, error)
    except ValueError:
        return wrong("token_none", _enrol(case))
    except Away:
        return []
    return ok("token", role="manager", hall=case.hall)


def devices(case: Case) -> list[Finding]:
    """Devices of the hall that are silent or in trouble; for a manager's token."""
    if not case.server or not case.token or not case.hall:
        return []
    try:
        rows: list[dict[str, Any]] = asyncio.run(_ask(case, "/devices"))["devices"]
    except (Refused, Away, ValueError):
        return []  # not a manager's token, or said by `reachable`
    cockpit = f"xdg-open {_at(case, f'/cockpit/{case.hall}')}"
    silent = [_name(row) for row in rows if (row.get("health") or {}).get("silent")]
    ill = [_name(row) for row in rows if _is_ill(row.get("health") or {})]
    found = look("devices_silent", cockpit, count=len(silent), names=_few(silent)) if silent else []
    found += look("devices_ill", cockpit, count=len(ill), names=_few(ill)) if ill else []
    return found or ok("devices", count=len(rows))


def _away(case: Case, error: Away) -> tuple[str, str]:
    """Why nothing answers, and what to do or to look at next."""
    host = shlex.quote(urlsplit(case.server).hostname or "")
    match error.__cause__:
        case ClientConnectorDNSError():
            return "server_name_unknown", f"getent hosts {host}"
        case ClientSSLError():
            return "server_not_trusted", f"curl -sSv {_at(case, '/healthz')}"
        case TimeoutError():
            return "server_silent", f"ping -c 3 {host}"
        case ClientConnectorError():
            return "server_not_started", "greenwave up" if host in HERE else f"curl -sS {_at(case, '/healthz')}"
        case _:
            return "server_away", f"curl -sS {_at(case, '/healthz')}"


def _token_by(case: Case, error: Refused) -> list[Finding]:
    """Which token it is can be told from how it is refused what only a manager may see."""
    if error.code == "WRONG_ROLE":
        return ok("token", role=str(error.facts.get("role", "")), hall=case.hall)
    if error.code == "WRONG_HALL":
        return wrong("token_other_hall", _enrol(case), hall=case.hall)
    if error.status == 401:
        return wrong("token_refused", _enrol(case))
    return []


def _is_ill(health: dict[str, Any]) -> bool:
    return health.get("ok") is False and not health.get("silent")


def _name(row: dict[str, Any]) -> str:
    code = (row.get("health") or {}).get("code", "")
    return f"{row['name']} ({code})" if code else str(row["name"])


def _few(names: list[str]) -> str:
    more = len(names) - SHOWN_DEVICES
    return ", ".join(names[:SHOWN_DEVICES]) + (f" + {more}" if more > 0 else "")


def _halls(case: Case) -> list[str]:
    async def ask() -> list[str]:
        async with open_session() as http, http.get(f"{server_url(case.server)}/api/v1/halls") as answer:
            return [row["id"] for row in (await answer.json())["halls"]]

    try:
        return asyncio.run(ask())
    except (ClientError, OSError, KeyError, ValueError):
        return []


def _enrol(case: Case) -> str:
    return f"greenwave kiosk --server {shlex.quote(case.server)} --enrol CODE --data DIR"


def _at(case: Case, path: str) -> str:
    return shlex.quote(case.server.rstrip("/") + path)


async def _ask(case: Case, path: str, with_token: bool = True) -> Any:
    async with Link(case.server, case.hall, case.token if with_token else "") as link:
        return await link.ask("GET", path, timeout_s=WITHIN_S)


async def _knock(server: str) -> Answer:
    """Raises `Away`, and ValueError for what is no address."""
    url = f"{server_url(server)}/readyz"
    limits = ClientTimeout(total=WITHIN_S)
    try:
        async with open_session() as http:
            began = time.time()
            async with http.get(url, timeout=limits, allow_redirects=False) as answer:
                return Answer(status=answer.status, ahead_s=_ahead(answer.headers.get("Date", ""), began, time.time()))
    except (ClientError, OSError) as error:
        raise Away(reason(error)) from error


def _ahead(date: str, began: float, ended: float) -> float | None:
    """How many seconds the server's clock is ahead; its header has whole seconds, cut off."""
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    ours = datetime.fromtimestamp((began + ended) / 2, UTC)
    return theirs.timestamp() + 0.5 - ours.timestamp()
