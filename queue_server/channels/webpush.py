"""Web Push (RFC 8030, 8188, 8291, 8292): to a browser that follows, through its maker's push service."""

import asyncio
import base64
import contextlib
import hashlib
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from py_vapid import Vapid02

from queue_server.channels.outbound import Outbound
from queue_server.domain.messages import URGENT, Again, Contact, Delivery, PushTarget, Refused

GONE = frozenset({404, 410})
BUSY = frozenset({408, 425, 429})
SIGNED_FOR_S = 12 * 3600

_encode = msgspec.json.Encoder().encode


class WebPush:
    """Encrypts each message for its browser alone. A subscription that the push service forgot is gone."""

    name = "push"

    def __init__(self, outbound: Outbound, vapid: Vapid02, subject: str) -> None:
        self._outbound = outbound
        self._vapid = vapid
        self._subject = subject

    def carries(self, contact: Contact) -> bool:
        return contact.push is not None

    async def send(self, delivery: Delivery) -> None:
        target = delivery.contact.push
        assert target is not None
        try:
            body = await asyncio.to_thread(_encrypted, target, payload(delivery))
        except ValueError:
            raise Refused("BAD_KEYS", gone=True) from None
        answer = await self._outbound.post(target.endpoint, body, self._headers(target, delivery))
        if answer.status in GONE:
            raise Refused("GONE", gone=True)
        if answer.status in BUSY or answer.status >= 500:
            raise Again(f"HTTP_{answer.status}", after_s=answer.retry_after_s, sure=True)
        if not 200 <= answer.status < 300:
            raise Refused(f"HTTP_{answer.status}")

    def _headers(self, target: PushTarget, delivery: Delivery) -> dict[str, str]:
        url = urlsplit(target.endpoint)
        claims = {
            "aud": f"{url.scheme}://{url.netloc}", "sub": self._subject, "exp": int(time.time()) + SIGNED_FOR_S,
        }  # fmt: skip
        signed: dict[str, str] = self._vapid.sign(claims)
        return {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(delivery.expires_s),
            "Urgency": "high" if delivery.template in URGENT else "normal",
            "Topic": topic(delivery.id),
        }


def topic(message_id: str) -> str:
    """What a push service tells repetitions of a message by: at most 32 letters."""
    digest = hashlib.sha256(message_id.encode()).digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()


def payload(delivery: Delivery) -> bytes:
    """What the page's service worker gets: `tag` is the message's own, so that a repetition is shown once."""
    return _encode(
        {
            "tag": topic(delivery.id), "kind": delivery.template, "title": delivery.title, "body": delivery.body,
            "page": delivery.page, "language": delivery.language, "at": delivery.at,
        }
    )  # fmt: skip


def _encrypted(target: PushTarget, plain: bytes) -> bytes:
    from pywebpush import WebPusher  # here: it brings a whole HTTP client along, and many halls never push

    keys = {"p256dh": target.p256dh, "auth": target.auth}
    pusher = WebPusher({"endpoint": target.endpoint, "keys": keys})
    encrypted: bytes = pusher.encode(plain, "aes128gcm")["body"]
    return encrypted


def public_key(vapid: Vapid02) -> str:
    """The key that a page subscribes with."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point: bytes = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def keep_vapid(data: Path) -> Vapid02:
    """This server's key pair: made once, kept in the data folder, readable by its user alone.

    Subscriptions are bound to it, so all servers of one store need the same file.
    """
    path = data / "vapid.pem"
    if not path.exists():
        _make(path)
    return Vapid02.from_pem(path.read_bytes())


def _make(path: Path) -> None:
    vapid = Vapid02()
    vapid.generate_keys()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(vapid.private_pem())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another worker was quicker: its pair is everybody's
        os.link(fresh, path)
    fresh.unlink()
