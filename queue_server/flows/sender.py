"""Sends what is in the outbox: claims it, says it in words, hands it to the best channel, notes how it came out."""

import asyncio
import contextlib
import traceback
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from msgspec import Struct, structs

from queue_server.domain.booking import DropContact
from queue_server.domain.calendar import day_of
from queue_server.domain.callers import Caller
from queue_server.domain.messages import (
    ONCE,
    PUSH_ONLY,
    SENT,
    Again,
    Claimed,
    Contact,
    Delivery,
    Message,
    Refused,
    Settled,
)
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.messages import Mailroom
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import short_digest
from queue_server.flows.ways import due, in_turn
from queue_server.flows.wording import worded

LEASE_MS = 60_000
"""How long a message is one worker's; longer than any attempt lasts."""
LONGEST_ATTEMPT_S = 20.0
MOST_AT_ONCE = 40
LOOK_S = 1.0
PUSH = "push"
WAITING = "waiting"
SYSTEM = Caller(role="system")

log = structlog.get_logger()


class Channel(Protocol):
    """A way to reach visitors. Sending raises `Refused` or `Again`, or has delivered."""

    @property
    def name(self) -> str: ...
    def carries(self, contact: Contact) -> bool: ...
    async def send(self, delivery: Delivery) -> None: ...


class Claims(Protocol):
    """The outbox from the sender's side; see `store.outbox`."""

    async def claim(self, hall: str, at: int, day: str, limit: int, lease_ms: int) -> list[Claimed]: ...
    async def settle(self, hall: str, at: int, day: str, settled: Settled) -> bool: ...


class Target(Struct, frozen=True, kw_only=True):
    """One contact of a message."""

    sealed: str
    contact: Contact

    @property
    def mark(self) -> str:
        """What the store knows it by once it has the message."""
        return short_digest(self.sealed.encode())[:8]


class Tried(Struct, kw_only=True):
    """What came of one channel."""

    done: tuple[str, ...]
    again: Again | None = None
    problem: str = ""


def where(error: Exception) -> str:
    """What went wrong, and in which line; not the error's own words, which may hold what nobody should read."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {last.filename.rpartition('/')[2]}:{last.lineno}"


def _failed(claimed: Claimed, channel: str, problem: str) -> Settled:
    return Settled(id=claimed.id, attempt=claimed.attempt, state="failed", channel=channel, problem=problem)


class Sender:
    """Empties the outboxes of all halls. Several workers may: each message is one worker's at a time."""

    def __init__(
        self,
        mail: Mailroom,
        claims: Claims,
        channels: Sequence[Channel],
        acting: Acting,
        public_url: str = "",
        on_settled: Callable[[str, str], None] = lambda _channel, _state: None,
        lease_ms: int = LEASE_MS,
    ) -> None:
        self._mail = mail
        self._claims = claims
        self._channels = channels
        self._acting = acting
        self._public_url = public_url
        self._on_settled = on_settled
        self._lease_ms = lease_ms
        self._under_way: set[asyncio.Task[None]] = set()

    async def step(self) -> bool:
        """Begins to send what is due, as much as may be under way at once. Raises `StoreDown`."""
        self._mail.posted.clear()
        for running in list(self._mail.halls.values()):
            room = MOST_AT_ONCE - len(self._under_way)
            if room <= 0:
                break
            now = self._mail.clock()
            day = day_of(running.hall, now)
            for claimed in await self._claims.claim(running.hall.id, now, day, room, self._lease_ms):
                task = asyncio.create_task(self._send(running, claimed))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
        return False

    async def rest(self) -> None:
        """Until something was posted here, or a moment has passed, and there is room for more."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._mail.posted.wait()
        if len(self._under_way) >= MOST_AT_ONCE:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, within_s: float) -> None:
        """Lets what is under way come to its end, for so long at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within_s)
        for task in list(self._under_way):
            task.cancel()

    async def _send(self, running: RunningHall, claimed: Claimed) -> None:
        """Whatever goes wrong here, the lease ends and the message is tried again."""
        hall = running.hall
        try:
            settled = await self._outcome(running, claimed)
            now = self._mail.clock()
            if await self._claims.settle(hall.id, now, day_of(hall, now), settled):
                self._on_settled(settled.channel, "retried" if settled.state == WAITING else settled.state)
        except Exception as error:
            log.error("a message could not be settled", hall=hall.id, id=claimed.id, error=where(error))

    async def _outcome(self, running: RunningHall, claimed: Claimed) -> Settled:
        message = self._mail.opened(claimed.sealed)
        if message is None:
            return _failed(claimed, "", "UNREADABLE")
        try:
            delivery = self._delivery(running, message)
        except KeyError:
            return _failed(claimed, "", "WORDING")
        problem, name = "NO_CHANNEL", ""
        ways = self._ways(message, tuple(claimed.done))
        for channel, reach in in_turn(ways, message, claimed.attempt, self._mail.clock()):
            tried = await self._through(channel, running, message, delivery, reach, tuple(claimed.done))
            if tried.again is not None or tried.done:
                return self._settled(message, claimed, channel.name, tried, len(ways))
            problem, name = tried.problem, channel.name
        return _failed(claimed, name, problem)

    def _ways(self, message: Message, done: tuple[str, ...]) -> list[tuple[Channel, list[Target]]]:
        """The channels that carry it, with the contacts that each reaches; the one alone that some have it by."""
        targets = self._targets(message)
        able = [one for one in self._channels if message.template not in PUSH_ONLY or one.name == PUSH]
        ways = [(one, [target for target in targets if one.carries(target.contact)]) for one in able]
        begun = [way for way in ways if any(target.mark in done for target in way[1])]
        return begun[:1] or [way for way in ways if way[1]]

    def _settled(self, message: Message, claimed: Claimed, channel: str, tried: Tried, ways: int) -> Settled:
        state, problem, next_at = SENT, tried.problem, 0
        if tried.again is not None:
            problem = tried.again.problem
            repeatable = tried.again.sure or message.template not in ONCE
            state = WAITING if repeatable else "unsure"
            others = 1 if tried.done else ways  # some have it: nobody gets it another way too
            next_at = due(message, claimed.attempt, self._mail.clock(), tried.again.after_s, others)
        return Settled(
            id=claimed.id, attempt=claimed.attempt, state=state, channel=channel, problem=problem, due=next_at,
            done=tried.done,
        )  # fmt: skip

    def _targets(self, message: Message) -> list[Target]:
        opened = [(sealed, self._mail.contacts.open(sealed)) for sealed in message.to]
        return [Target(sealed=sealed, contact=contact) for sealed, contact in opened if contact is not None]

    async def _through(
        self,
        channel: Channel,
        running: RunningHall,
        message: Message,
        delivery: Delivery,
        reach: list[Target],
        done: tuple[str, ...],
    ) -> Tried:
        """To each contact that the channel reaches and that has not got it yet."""
        tried = Tried(done=done)
        for target in reach:
            if target.mark in done:
                continue
            try:
                async with asyncio.timeout(LONGEST_ATTEMPT_S):
                    await channel.send(structs.replace(delivery, contact=target.contact))
                tried.done += (target.mark,)
            except Refused as refused:
                tried.problem = refused.problem
                if refused.gone:
                    await self._drop(running, message.about, target.sealed)
            except Again as again:
                tried.again = again
            except TimeoutError:
                tried.again = Again("TIMEOUT")
            except Exception as error:
                log.error("a channel failed", channel=channel.name, id=message.id, error=where(error))
                tried.again = Again("FAULT")
        return tried

    def _delivery(self, running: RunningHall, message: Message) -> Delivery:
        title, body = worded(running.hall, message)
        return Delivery(
            id=f"{running.hall.id}.{message.id}",
            hall=running.hall.id,
            contact=Contact(),
            template=message.template,
            language=message.language,
            title=title,
            body=body,
            page=message.page,
            link=self._public_url + message.page if self._public_url and message.page else "",
            at=message.at,
            expires_s=max(1, (message.not_after - self._mail.clock()) // 1000),
        )

    async def _drop(self, running: RunningHall, about: str, sealed: str) -> None:
        """A contact that is no more is forgotten; should that fail, the next message finds out again."""
        if not about:
            return
        ask = Ask(running=running, caller=SYSTEM)
        with contextlib.suppress(Refusal):
            order = DropContact(**self._acting.common(ask), thing=about, contact=sealed)
            await self._acting.act(ask, "drop_contact", order)
