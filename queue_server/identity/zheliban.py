"""浙里办, Zhejiang's app and site for citizens: single sign-on over the province's IRS gateway.

Source: the gateway's guide for applications. The login page comes back with `ticketId` (older ones: `ticket`); the
ticket buys a token, the token buys who it is. Each request is signed: base64 of HMAC-SHA256 over method, path, sorted
query, access key and date, each with a line feed, in `X-BG-*` headers; the gateway allows 90 s between the clocks.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from queue_server.domain.identity import Departure, SignInFailed, Subject
from queue_server.identity.asking import ask_json, text_of
from queue_server.identity.plan import ZheLiBanPlan


def signed(plan: ZheLiBanPlan, method: str, url: str, at: int) -> dict[str, str]:
    """The headers of one request at a moment (ms)."""
    parts = urlsplit(url)
    query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    date = formatdate(at / 1000, usegmt=True)
    lines = (method, parts.path or "/", query, plan.access_key, date)
    text = "".join(f"{line}\n" for line in lines)
    digest = hmac.digest(plan.secret_key.encode(), text.encode(), hashlib.sha256)
    return {
        "X-BG-HMAC-SIGNATURE": base64.b64encode(digest).decode(),
        "X-BG-HMAC-ALGORITHM": "hmac-sha256",
        "X-BG-HMAC-ACCESS-KEY": plan.access_key,
        "X-BG-DATE-TIME": date,
    }


class ZheLiBan:
    """One application on the gateway."""

    def __init__(self, plan: ZheLiBanPlan, clock: Callable[[], int]) -> None:
        self._plan = plan
        self._clock = clock

    async def start(self, state: str, back: str) -> Departure:
        home = f"{back}?state={state}"
        return Departure(url=self._plan.login_url.replace("{back}", quote(home, safe="")))

    async def finish(self, query: Mapping[str, str], _kept: Mapping[str, str], _back: str) -> Subject:
        ticket = query.get("ticketId") or query.get("ticket") or ""
        if not ticket:
            raise SignInFailed("it came back without a ticket")
        bought = await self._ask(self._plan.token_url, {"ticketId": ticket, "appId": self._plan.app_id})
        found = await self._ask(self._plan.user_url, {"token": text_of(bought, "accessToken")})
        person = found.get("personInfo")
        if not isinstance(person, dict):
            raise SignInFailed("its answer has no `personInfo`")
        return Subject(
            id=text_of(person, "userId"), phone=str(person.get("phone") or ""), id_number=str(person.get("idNo") or "")
        )

    async def _ask(self, url: str, body: dict[str, str]) -> dict[str, Any]:
        answer = await ask_json("POST", url, signed(self._plan, "POST", url, self._clock()), body)
        data = answer.get("data")
        if not answer.get("success") or not isinstance(data, dict):
            raise SignInFailed(f"it refuses: {str(answer.get('errorCode') or 'no reason')[:40]}")
        return data
