"""Webhooks: signed, in order, through whatever the receiver does, and never to an address behind us."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from socket import AF_INET, AddressFamily
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from queue_server.channels.outbound import Guard, Outbound
from queue_server.channels.plan import EndpointPlan
from queue_server.channels.webhook import ToEndpoint
from queue_server.domain.events import Event
from queue_server.domain.messages import Again, Told
from queue_server.domain.orders import StoredEvent
from queue_server.flows.outlets import Telling
from queue_server.flows.running import RunningHall
from tests.support.clocks import NOON, HandClock
from tests.support.halls import small_hall
from tests.support.webhooks import SECRET, Receiver

LOOPBACK = Guard(["127.0.0.0/8"])
NAMED = "http://hooks.example.org"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as running:
        yield running


def answer(status: int, **headers: str) -> Callable[[], Awaitable[web.Response]]:
    async def make() -> web.Response:
        return web.Response(status=status, headers=headers)

    return make


async def hang() -> web.Response:
    await asyncio.sleep(0.5)
    return web.Response()


class Names(AbstractResolver):
    """A name server under somebody else's hand: each question has its own answer."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: AddressFamily = AF_INET,  # noqa: ARG002
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=AF_INET, proto=0, flags=0)
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        pass


def endpoint(url: str, outbound: Outbound, **more: Any) -> ToEndpoint:
    return ToEndpoint(EndpointPlan(name="hook", url=url, secret=SECRET, **more), outbound)


TOLD = Told(id="small.1-1", event="TicketCalled", hall="small", at=NOON, body=b'{"number":"A001"}')


async def problem_of(hook: ToEndpoint) -> str:
    try:
        await hook.tell(TOLD)
    except Again as again:
        return again.problem
    return ""


async def test_what_goes_out_is_signed_by_the_standard(receiver: Receiver) -> None:
    outbound = Outbound(LOOPBACK)
    await endpoint(receiver.url, outbound).tell(TOLD)
    data = {"type": "TicketCalled", "timestamp": "2026-11-22T04:00:00.000Z", "data": {"number": "A001"}}
    assert receiver.got == [(TOLD.id, data)]
    await outbound.close()


async def test_a_receiver_that_fails_redirects_or_hangs_is_tried_again_and_followed_nowhere(receiver: Receiver) -> None:
    outbound = Outbound(LOOPBACK, within_s=0.1)
    hook = endpoint(receiver.url, outbound)
    receiver.answers = [answer(500), answer(302, Location=f"{receiver.url}/inside"), hang]
    assert [await problem_of(hook) for _ in range(3)] == ["HTTP_500", "HTTP_302", "TIMEOUT"]
    assert (receiver.calls, receiver.got) == (3, [])
    await outbound.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost"])
async def test_no_spelling_of_this_machine_is_reached(receiver: Receiver, host: str) -> None:
    outbound = Outbound(Guard())
    hook = endpoint(receiver.url.replace("127.0.0.1", host), outbound)
    assert await problem_of(hook) in {"PRIVATE_ADDRESS", "CUT_OFF"}
    assert receiver.calls == 0
    await outbound.close()


async def test_a_name_that_changes_its_mind_is_not_followed(receiver: Receiver) -> None:
    """DNS rebinding: what was checked is what is connected to, and each connection is checked anew."""
    port = receiver.port
    names = Names(["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["169.254.169.254"], ["127.0.0.1"])
    outbound = Outbound(LOOPBACK, names)
    hook = endpoint(f"{NAMED}:{port}/hook", outbound)
    found = [await problem_of(hook) for _ in range(4)]
    assert (found, names.answers, receiver.calls) == (["", "PRIVATE_ADDRESS", "PRIVATE_ADDRESS", ""], [], 2)
    await outbound.close()


class Kept:
    """One outlet's cursor."""

    def __init__(self) -> None:
        self.position, self.vain, self.due, self.counts = 0, 0, 0, list[str]()

    async def take_outlet(self, _: str, at: int, _name: str, _lease_ms: int) -> tuple[int, int, int] | None:
        return (self.position, self.vain, 1) if at >= self.due else None

    async def move_outlet(
        self, _: str, _at: int, _day: str, _name: str, _serial: int, to: int,
        until_at: int = 0, vain: int = 0, due: int = 0, counts: tuple[str, ...] = (),  # noqa: ARG002
    ) -> bool:  # fmt: skip
        self.position, self.vain, self.due = to, vain, due
        self.counts += counts
        return True


class Past:
    """A stream of calls, with what only staff may see between them."""

    def __init__(self, names: list[str]) -> None:
        self.rows = [StoredEvent(position=n, event=self.event(name, n)) for n, name in enumerate(names, 1)]

    def event(self, name: str, number: int) -> Event:
        return Event(
            name=name, at=NOON, ticket=f"261122-000000{number}", number=f"A00{number}", queue="A", service="A-1",
            window=1, status="called", was="waiting", priority="elder", turn=0, actor="window:1", staff="Wang Li",
            facts={"times": 1, "language": "zh"},
        )  # fmt: skip

    async def events_after(self, _: str, position: int, limit: int) -> list[StoredEvent]:
        return self.rows[position : position + limit]


async def test_events_are_told_in_order_each_once_and_without_anybodys_name(receiver: Receiver) -> None:
    clock, kept, outbound = HandClock(), Kept(), Outbound(LOOPBACK)
    past = Past(["TicketCalled", "DeviceChanged", "TicketMissed", "TicketCalled"])
    running = RunningHall(small_hall())
    running.live.position = 4
    telling = Telling(running, endpoint(receiver.url, outbound), kept, past, clock)
    receiver.answers = [answer(500), answer(503, **{"Retry-After": "30"})]
    await telling.step()
    await telling.step()
    assert receiver.calls == 1  # not before its time
    for seconds in (2, 30):
        clock.forward(seconds=seconds)
        await telling.step()
    assert [name for name, _ in receiver.got] == [f"small.{n}-{NOON}" for n in (1, 3, 4)]
    assert [body["data"]["number"] for _, body in receiver.got] == ["A001", "A003", "A004"]
    assert not {"Wang Li", "elder", "261122-0000001"} & set(str(receiver.got).replace("'", " ").split())
    assert (kept.position, kept.counts) == (4, ["retried", "retried", "sent", "sent", "sent"])
    await outbound.close()


async def test_staff_facts_go_out_where_that_is_asked_and_names_only_then(receiver: Receiver) -> None:
    outbound, running = Outbound(LOOPBACK), RunningHall(small_hall())
    for number, names in enumerate((False, True), 1):
        running.live.position = number
        hook = endpoint(receiver.url, outbound, facts="staff", staff_names=names)
        await Telling(running, hook, Kept(), Past(["TicketCalled"]), HandClock()).step()
    first, second = (body["data"] for _, body in receiver.got)
    assert (first["ticket"], second["staff"]) == ("261122-0000001", "Wang Li")
    assert not {"staff", "actor"} & first.keys()
    await outbound.close()


async def test_a_receiver_that_wants_no_more_is_left_in_peace(receiver: Receiver) -> None:
    outbound, running = Outbound(LOOPBACK), RunningHall(small_hall())
    running.live.position = 2
    telling = Telling(running, endpoint(receiver.url, outbound), Kept(), Past(["TicketCalled"] * 2), HandClock())
    receiver.answers = [answer(410)]
    await telling.step()
    await telling.step()
    assert (telling.ended, receiver.calls) == (True, 1)
    await outbound.close()
