"""Facts of the hall go to a broker, by MQTT 5 and by 3.1.1, through a broker that comes and goes."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiomqtt import Client
from amqtt.broker import Broker

from queue_server.channels.mqtt import ToBroker
from queue_server.channels.plan import MqttPlan
from queue_server.domain.messages import Again, Told

TOLD = Told(id="small.1-1", event="TicketCalled", hall="small", at=1, body=b'{"number":"A001"}')
CONNECT, PUBLISH = 1, 3
CONNACK, PUBACK = b"\x20\x03\x00\x00\x00", b"\x40\x02"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length, shift = (await reader.readexactly(1))[0], 0, 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length += (digit & 127) << shift
        shift += 7
        if digit < 128:
            return first >> 4, await reader.readexactly(length)


def five(got: list[bytes]) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """A broker's side of MQTT 5, for one client that publishes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind, body = await packet(reader)
        assert (kind, body[6]) == (CONNECT, 5)
        writer.write(CONNACK)
        while (found := await packet(reader))[0] == PUBLISH:
            got.append(found[1])
            after_topic = 2 + int.from_bytes(found[1][:2])
            writer.write(PUBACK + found[1][after_topic : after_topic + 2])
        writer.close()

    return serve


async def test_by_mqtt_5_each_fact_carries_its_id() -> None:
    got: list[bytes] = []
    server = await asyncio.start_server(five(got), "127.0.0.1", 0)
    broker = ToBroker(MqttPlan(url=f"mqtt://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    await broker.tell(TOLD)
    await broker.tell(TOLD)
    await broker.close()
    server.close()
    assert len(got) == 2
    assert got[0].startswith(b"\x00\x1cgreenwave/small/TicketCalled")
    assert b"\x26\x00\x02id\x00\x09small.1-1" in got[0]
    assert got[0].endswith(TOLD.body)


async def test_a_broker_that_was_away_gets_what_comes_next() -> None:
    port = free_port()
    settings: dict[str, Any] = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    out = ToBroker(MqttPlan(url=f"mqtt://127.0.0.1:{port}", version="3.1.1", topic="halls"))
    with pytest.raises(Again):
        await out.tell(TOLD)
    real = Broker(settings)
    await real.start()
    async with Client("127.0.0.1", port) as listener:
        await listener.subscribe("halls/#", qos=1)
        await out.tell(TOLD)
        found = await anext(listener.messages)
    assert (str(found.topic), found.payload) == ("halls/small/TicketCalled", TOLD.body)
    await out.close()
    await real.shutdown()
