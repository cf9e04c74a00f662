"""Where messages are handed in. They leave by `flows.sender`."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from queue_server.domain.calendar import day_of
from queue_server.domain.messages import ONCE, PER_HOUR, STAFF, Message, OutboxState, Posted
from queue_server.flows.contacts import Contacts
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import short_digest

_encode = msgspec.msgpack.Encoder().encode
_message = msgspec.msgpack.Decoder(Message).decode


class Outbox(Protocol):
    """Takes messages and keeps them until they are sent."""

    async def post(self, hall_id: str, messages: Sequence[Message]) -> None:
        """Hands in messages; those whose id came before have no effect. Raises `StoreDown`."""

    async def mute(self, hall_id: str, persons: Sequence[str], muted: bool, ticket: str = "") -> None:
        """Sends these persons (keyed hashes), and the visitor of this ticket, nothing more but codes, or again all.

        Raises `StoreDown`.
        """


class Kept(Protocol):
    """Messages as the store keeps them; see `store.outbox`."""

    async def begin(self, hall: str) -> int: ...
    async def post(
        self, hall: str, at: int, day: str, messages: Sequence[Posted], move: tuple[int, int] | None = None
    ) -> tuple[int, int]: ...
    async def mute(self, hall: str, persons: Sequence[str], muted: bool, ticket: str = "") -> None: ...
    async def is_muted(self, hall: str, person: str = "", ticket: str = "") -> bool: ...
    async def state(self, hall: str, rows: int) -> OutboxState: ...


class Mailroom:
    """The outbox of all halls: seals what is handed in, and wakes the sender. An `Outbox`."""

    def __init__(self, kept: Kept, contacts: Contacts, halls: Mapping[str, RunningHall], clock: Clock) -> None:
        self.kept = kept
        self.contacts = contacts
        self.halls = halls
        self.clock = clock
        self.posted = asyncio.Event()
        """Set when there is something to send."""

    async def post(self, hall_id: str, messages: Sequence[Message]) -> None:
        await self._post(hall_id, messages, None)

    async def post_from(self, hall_id: str, messages: Sequence[Message], move: tuple[int, int]) -> int:
        """The same for what the events from `move[0]` to `move[1]` made to be said, unless somebody was quicker.

        Answers up to which event it has been done.
        """
        return await self._post(hall_id, messages, move)

    async def _post(self, hall_id: str, messages: Sequence[Message], move: tuple[int, int] | None) -> int:
        at = self.clock()
        rows = [self._sealed(message) for message in messages]
        new, cursor = await self.kept.post(hall_id, at, day_of(self.halls[hall_id].hall, at), rows, move)
        if new:
            self.posted.set()
        return cursor

    async def mute(self, hall_id: str, persons: Sequence[str], muted: bool, ticket: str = "") -> None:
        await self.kept.mute(hall_id, persons, muted, ticket)

    async def is_muted(self, hall_id: str, person: str = "", ticket: str = "") -> bool:
        """Whether the person, or the ticket's visitor, wants no messages. Raises `StoreDown`."""
        return await self.kept.is_muted(hall_id, person, ticket)

    def _sealed(self, message: Message) -> Posted:
        return Posted(
            id=message.id,
            not_after=message.not_after,
            once=int(message.template in ONCE),
            limit=0 if message.template in ONCE | STAFF else PER_HOUR,
            template=message.template,
            who=short_digest((message.person or min(message.to, default="")).encode()),
            person=message.person,
            sealed=self.contacts.seal_bytes(_encode(message)),
            about=message.about,
        )

    def opened(self, sealed: str) -> Message | None:
        """The message that was sealed, or None where the secret is another by now."""
        plain = self.contacts.open_bytes(sealed)
        return _message(plain) if plain is not None else None

    async def count(self, running: RunningHall) -> None:
        """Reads how the hall's messages stand."""
        running.messages = await self.kept.state(running.hall.id, 0)
