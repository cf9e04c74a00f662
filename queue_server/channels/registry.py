"""All channels there are, in the order of preference: a message takes the first that carries one of its contacts."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from py_vapid import Vapid02

from queue_server.channels.apprise_ import ByApprise
from queue_server.channels.log import OutboxLog
from queue_server.channels.mqtt import ToBroker
from queue_server.channels.outbound import Guard, Outbound
from queue_server.channels.plan import ChannelsPlan
from queue_server.channels.webhook import ToEndpoint
from queue_server.channels.webpush import WebPush, keep_vapid

VisitorChannel = WebPush | ByApprise | OutboxLog
EventOutlet = ToEndpoint | ToBroker


class Way(Struct, frozen=True, kw_only=True):
    """What the channels are opened with."""

    plan: ChannelsPlan
    data: Path
    vapid: Vapid02
    pushing: Outbound
    hooking: Outbound


def _push(way: Way) -> Iterator[VisitorChannel]:
    yield WebPush(way.pushing, way.vapid, way.plan.push.subject)


def _apprise(way: Way) -> Iterator[VisitorChannel]:
    yield from map(ByApprise, way.plan.apprise)


def _log(way: Way) -> Iterator[VisitorChannel]:
    if way.plan.log.on:
        yield OutboxLog(way.data)


def _webhooks(way: Way) -> Iterator[EventOutlet]:
    yield from (ToEndpoint(endpoint, way.hooking) for endpoint in way.plan.webhooks.endpoints)


def _mqtt(way: Way) -> Iterator[EventOutlet]:
    if way.plan.mqtt:
        yield ToBroker(way.plan.mqtt)


CHANNELS = (_push, _apprise, _log)
OUTLETS = (_webhooks, _mqtt)


class Channels:
    """The channels of one worker, opened by its plan. To be closed."""

    def __init__(self, plan: ChannelsPlan, data: Path) -> None:
        self.plan = plan
        self._pushing = Outbound(Guard(plan.push.private))
        self._hooking = Outbound(Guard(plan.webhooks.private))
        self.vapid = keep_vapid(data)
        way = Way(plan=plan, data=data, vapid=self.vapid, pushing=self._pushing, hooking=self._hooking)
        self.channels = [channel for made in CHANNELS for channel in made(way)]
        self.outlets = [outlet for made in OUTLETS for outlet in made(way)]

    async def close(self) -> None:
        for outlet in self.outlets:
            if isinstance(outlet, ToBroker):
                await outlet.close()
        await self._pushing.close()
        await self._hooking.close()
