"""A push service as browsers' makers run it: it checks who pushes, and opens what only the browser could."""

import base64
import time
from typing import Any
from urllib.parse import urlsplit

import http_ece
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_BYTES = 4096


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser that subscribed with a server's key. `messages` are what it could read, with their headers."""

    def __init__(self, endpoint: str, server_key: str) -> None:
        self.endpoint = endpoint
        self.server_key = server_key
        self.messages: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.answers: list[int] = []
        """Statuses to answer first, before all is well."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = bytes(range(16))

    @property
    def subscription(self) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": encoded(point), "auth": encoded(self._auth)}}

    def open(self, body: bytes) -> dict[str, Any]:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        found: dict[str, Any] = msgspec.json.decode(plain)
        return found


class PushService:
    """`async with PushService() as service: browser = service.subscribe(key)`."""

    def __init__(self) -> None:
        self.browsers: list[Browser] = []
        app = web.Application()
        app.router.add_post("/push/{number}", self._take)
        self._server = TestServer(app)

    async def __aenter__(self) -> "PushService":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    def subscribe(self, server_key: str) -> Browser:
        browser = Browser(str(self._server.make_url(f"/push/{len(self.browsers)}")), server_key)
        self.browsers.append(browser)
        return browser

    async def _take(self, request: web.Request) -> web.Response:
        browser = self.browsers[int(request.match_info["number"])]
        if browser.answers:
            return web.Response(status=browser.answers.pop(0), headers={"Retry-After": "1"})
        body = await request.read()
        assert len(body) <= MOST_BYTES
        assert request.headers["Content-Encoding"] == "aes128gcm"
        assert 0 < int(request.headers["TTL"]) <= 30 * 86_400
        assert request.headers["Urgency"] in {"very-low", "low", "normal", "high"}
        assert len(request.headers["Topic"]) <= 32
        _check_vapid(request.headers["Authorization"], browser)
        browser.messages.append((browser.open(body), dict(request.headers)))
        return web.Response(status=201, headers={"Location": "/message/1"})


def _check_vapid(authorization: str, browser: Browser) -> None:
    """RFC 8292: a JWT for this push service, signed by the key that the browser subscribed with."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", browser.server_key)
    signed, _, signature = parts["t"].rpartition(".")
    header, claims = (msgspec.json.decode(decoded(part)) for part in signed.split("."))
    raw = decoded(signature)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    point.verify(utils.encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
    url = urlsplit(browser.endpoint)
    assert header["alg"] == "ES256"
    assert claims["aud"] == f"{url.scheme}://{url.netloc}"
    assert claims["sub"].startswith("mailto:")
    assert time.time() < claims["exp"] <= time.time() + 86_400
