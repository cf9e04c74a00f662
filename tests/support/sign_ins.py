"""Services that visitors sign in with, on the wire: OpenID Connect as a process, WeChat and 浙里办 emulated."""

import base64
import hashlib
import hmac
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

SECRET = "irs-secret"


@contextmanager
def oidc_provider(subject: str, phone: str) -> Iterator[str]:
    """A real OpenID Connect server in a process of its own; its address. It knows one person."""
    program = (
        "import oidc_provider_mock as mock, sys, time\n"
        f"user = mock.User(sub={subject!r}, claims={{'phone_number': {phone!r}, 'phone_number_verified': True}})\n"
        "with mock.run_server_in_thread(user_claims=[user]) as server:\n"
        "    print(server.server_port, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


class WeChatEmulator:
    """`sns/oauth2/access_token`: each code is good once."""

    def __init__(self) -> None:
        self.codes = {"good": "openid-1"}

    async def access_token(self, request: web.Request) -> web.Response:
        asked = request.query
        if (asked["appid"], asked["secret"], asked["grant_type"]) != ("wx-app", "wx-secret", "authorization_code"):
            return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
        openid = self.codes.pop(asked["code"], None)
        if openid is None:
            return web.json_response({"errcode": 40029, "errmsg": "invalid code"})
        return web.json_response({"access_token": "t", "expires_in": 7200, "openid": openid, "scope": "snsapi_base"})


class GatewayEmulator:
    """The province's gateway: checks the signature over what it received itself, then sells a token for a ticket."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def _is_signed(self, request: web.Request) -> bool:
        headers = request.headers
        query = "&".join(sorted(f"{name}={value}" for name, value in request.query.items()))
        lines = (request.method, request.path, query, headers["X-BG-HMAC-ACCESS-KEY"], headers["X-BG-DATE-TIME"])
        digest = hmac.new(SECRET.encode(), "".join(f"{line}\n" for line in lines).encode(), hashlib.sha256).digest()
        good = base64.b64encode(digest).decode() == headers["X-BG-HMAC-SIGNATURE"]
        dated = re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers["X-BG-DATE-TIME"])
        return good and bool(dated) and headers["X-BG-HMAC-ALGORITHM"] == "hmac-sha256"

    async def access_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not self._is_signed(request):
            self.refused.append("signature")
            return web.json_response({"success": False, "errorCode": "HMAC"})
        if body != {"ticketId": "ticket-1", "appId": "irs-app"}:
            return web.json_response({"success": False, "errorCode": "TICKET", "data": None})
        return web.json_response({"success": True, "data": {"accessToken": "token-1"}})

    async def user(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not self._is_signed(request) or body != {"token": "token-1"}:
            return web.json_response({"success": False, "errorCode": "TOKEN"})
        person: dict[str, Any] = {"userId": "u1", "userName": "x", "phone": "13800000000", "idNo": "330106199001011234"}
        return web.json_response({"success": True, "data": {"personInfo": person}})


def emulators(wechat: WeChatEmulator, gateway: GatewayEmulator) -> web.Application:
    app = web.Application()
    app.router.add_get("/sns/oauth2/access_token", wechat.access_token)
    app.router.add_post("/uc/sso/access_token", gateway.access_token)
    app.router.add_post("/uc/sso/getUserInfo", gateway.user)
    return app
