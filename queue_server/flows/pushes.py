"""Push subscriptions of browsers that follow a ticket or a booking, and what became of messages."""

import base64
import binascii
from typing import Protocol
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from queue_server.contract import messages
from queue_server.contract.times import rfc3339
from queue_server.domain.booking import DropContact, KeepContact
from queue_server.domain.messages import Contact, PushTarget
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.contacts import Contacts
from queue_server.flows.message_counts import message_counts, result
from queue_server.flows.messages import Mailroom
from queue_server.flows.running import RunningHall

LATEST = 100
POINT_BYTES, AUTH_BYTES = 65, 16


class PushService(Protocol):
    """What is known of push services before anything is sent to one."""

    @property
    def key(self) -> str:
        """The public key that pages subscribe with."""

    def may_push_to(self, host: str) -> bool:
        """Whether an address, where the host is one, may be pushed to."""

    def is_trusted(self, host: str) -> bool:
        """Whether the host is one of our own, to which we speak without TLS too."""


class PushFlows:
    """The use cases around messages. All raise `Refusal`."""

    def __init__(self, acting: Acting, contacts: Contacts, mail: Mailroom, service: PushService) -> None:
        self._acting = acting
        self._contacts = contacts
        self._mail = mail
        self._service = service

    @property
    def key(self) -> messages.PushKey:
        return messages.PushKey(key=self._service.key)

    async def keep(self, ask: Ask, thing: str, wanted: messages.PushSubscription) -> None:
        """Messages about a ticket or a booking go to this browser from now on. Refuses `PUSH_REFUSED {problem}`."""
        problem = self._problem(wanted)
        if problem:
            raise Refusal("PUSH_REFUSED", {"problem": problem})
        order = KeepContact(**self._acting.common(ask), thing=thing, contact=self._sealed(wanted))
        await self._acting.act(ask, "keep_contact", order)

    async def drop(self, ask: Ask, thing: str, wanted: messages.PushSubscription) -> None:
        """They do no more; harmless when they never did."""
        order = DropContact(**self._acting.common(ask), thing=thing, contact=self._sealed(wanted))
        await self._acting.act(ask, "drop_contact", order)

    def _sealed(self, wanted: messages.PushSubscription) -> str:
        keys = wanted.keys
        target = PushTarget(endpoint=wanted.endpoint, p256dh=keys.p256dh.rstrip("="), auth=keys.auth.rstrip("="))
        return self._contacts.seal(Contact(push=target))

    def _problem(self, wanted: messages.PushSubscription) -> str:
        """The key of what is wrong with a subscription, in `messages.push_problem`; else empty."""
        try:
            url = urlsplit(wanted.endpoint)
            host, _ = url.hostname or "", url.port
        except ValueError:
            return "address"
        if not host or url.username or not self._service.may_push_to(host):
            return "address"
        if url.scheme != "https" and not self._service.is_trusted(host):
            return "not_https"
        return "" if _are_keys(wanted.keys) else "keys"

    async def state(self, running: RunningHall) -> messages.Messages:
        """Today's counts and the latest that were dealt with."""
        found = await self._mail.kept.state(running.hall.id, LATEST)
        rows = [
            messages.MessageRow(
                id=row.id, at=rfc3339(row.at), template=row.template, channel=row.channel,
                state=result(row.channel, row.state),
                problem=row.problem, attempts=row.attempts,
            )
            for row in found.latest
        ]  # fmt: skip
        return messages.Messages(counts=message_counts(running, found), latest=rows)


def _are_keys(keys: messages.PushKeys) -> bool:
    """Whether these are a point of P-256 and sixteen bytes."""
    try:
        point, auth = _bytes(keys.p256dh), _bytes(keys.auth)
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (binascii.Error, ValueError):
        return False
    return len(point) == POINT_BYTES and len(auth) == AUTH_BYTES


def _bytes(text: str) -> bytes:
    bare = text.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
