"""What leaves the halls, wired: messages to visitors, facts to other systems, and the tasks that send them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from queue_server.channels.outbound import Guard
from queue_server.channels.plan import PushPlan, is_within, plan_of
from queue_server.channels.registry import Channels
from queue_server.channels.webpush import public_key
from queue_server.ending import end_tasks
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Mailroom
from queue_server.flows.messenger import Messenger
from queue_server.flows.near import NearFlows
from queue_server.flows.outlets import Telling
from queue_server.flows.ports import Clock
from queue_server.flows.pushes import PushFlows
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.sender import Sender
from queue_server.flows.sign_ins import Offer
from queue_server.flows.silence import SilenceFlows
from queue_server.identity.registry import provider_of, services_of
from queue_server.store.asking import StoreDown
from queue_server.store.feed import History
from queue_server.store.outbox import StoredOutbox

LAST_WORDS_S = 3.0
"""How long what is being sent may take when the worker stops."""
LOOK_S = 1.0

log = structlog.get_logger()


class OwnPushService:
    """Our side of Web Push, as subscriptions are judged by it."""

    def __init__(self, key: str, plan: PushPlan) -> None:
        self.key = key
        self._private = plan.private
        self._guard = Guard(plan.private)

    def may_push_to(self, host: str) -> bool:
        return ("." in host or ":" in host) and self._guard.allows_host(host)

    def is_trusted(self, host: str) -> bool:
        return is_within(host, self._private)


class Outgoing:
    """One worker's part in what leaves the halls. `mail` is where messages are handed in."""

    def __init__(
        self,
        store: Redis,
        load_library: Callable[[], Awaitable[None]],
        halls: dict[str, RunningHall],
        acting: Acting,
        secret: bytes,
        data: Path,
        plan: Path | None,
        public_url: str,
        on_settled: Callable[[str, str], None],
    ) -> None:
        self._halls = halls
        self._acting = acting
        self._seals = Seals(secret)
        self._past = History(store)
        self._kept = StoredOutbox(store, load_library)
        self._channels = Channels(plan_of(plan), data)
        self.contacts = Contacts(secret)
        self.mail = Mailroom(self._kept, self.contacts, halls, acting.clock)
        service = OwnPushService(public_key(self._channels.vapid), self._channels.plan.push)
        self.pushes = PushFlows(acting, self.contacts, self.mail, service)
        self.silence = SilenceFlows(acting, self.mail, self._seals)
        self._near = NearFlows(acting)
        self._sender = Sender(self.mail, self._kept, self._channels.channels, acting, public_url, on_settled)
        self._messengers: dict[str, Messenger] = {}

    @property
    def channels(self) -> list[str]:
        """By what messages go out to visitors."""
        return [channel.name for channel in self._channels.channels]

    async def follow(self, running: RunningHall) -> None:
        """Says from now on what is to be said about this hall. Raises `StoreDown`."""
        await self._kept.begin(running.hall.id, [outlet.name for outlet in self._channels.outlets])
        messenger = Messenger(running, self.mail, self._acting.halls, self._past, self._seals)
        running.followers.append(messenger)
        self._messengers[running.hall.id] = messenger

    async def look_after(self, ask: Ask) -> None:
        """A step of each hall's care: who is near is told, and what was sent is counted."""
        await self._near.tell(ask)
        await self.mail.count(ask.running)

    async def run(self) -> None:
        """Until cancelled. Not by a task group, which cancels its tasks once: see `end_tasks`."""
        begun: set[str] = set()
        tasks = {asyncio.create_task(_keep_on(self._sender.step, self._sender.rest))}
        try:
            while True:
                for hall in self._messengers.keys() - begun:
                    begun.add(hall)
                    tasks.update(self._begin(hall))
                ended, _ = await asyncio.wait(tasks, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    await task  # none ends by itself: what it ended with is ours
        finally:
            await end_tasks(tasks)

    def _begin(self, hall: str) -> "Iterator[asyncio.Task[None]]":
        messenger, running = self._messengers[hall], self._halls[hall]
        yield asyncio.create_task(_keep_on(messenger.step, messenger.rest))
        for outlet in self._channels.outlets:
            telling = Telling(running, outlet, self._kept, self._past, self._acting.clock)
            yield asyncio.create_task(_keep_on(telling.step, telling.rest))

    async def close(self) -> None:
        """Lets what is being sent come to its end. After `run` has ended."""
        await self._sender.finish(LAST_WORDS_S)
        await self._channels.close()


def sign_in_offers(written: Path | None, clock: Clock) -> dict[str, Offer]:
    """The services that visitors, or staff, may sign in with."""
    return {
        name: Offer(
            provider=provider_of(plan, clock), names=plan.names or {"en": name}, halls=plan.halls, staff=plan.staff
        )
        for name, plan in services_of(written).items()
    }


async def _keep_on(step: Callable[[], Awaitable[bool]], rest: Callable[[], Awaitable[None]]) -> None:
    """Steps, with a rest where there is no more to do, through whatever goes wrong."""
    while True:
        try:
            if await step():
                continue
        except (StoreDown, RedisError):
            await asyncio.sleep(LOOK_S)  # the feed reports the outage
        except Exception as error:
            log.error("messages are stuck; tried again in a moment", exc_info=error)
            await asyncio.sleep(LOOK_S)
        await rest()
