"""MQTT: facts of the hall to a broker, each to `TOPIC/HALL/EVENT`, at least once; by MQTT 5 with its id."""

import contextlib
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from queue_server.channels.plan import MqttPlan
from queue_server.domain.messages import Again, Told

PORTS = {"mqtt": 1883, "mqtts": 8883}
VERSIONS = {"5": "V5", "3.1.1": "V311"}
WITHIN_S = 10.0


class ToBroker:
    """One broker. The connection is opened when it is first needed, and anew after it broke. To be closed."""

    name = "mqtt"

    def __init__(self, plan: MqttPlan) -> None:
        self._plan = plan
        self._stack = contextlib.AsyncExitStack()
        self._client: Any = None
        self.staff_facts = plan.facts == "staff"
        self.staff_names = plan.staff_names

    def wants(self, hall: str, event: str) -> bool:
        return self._plan.wants(hall, event)

    async def tell(self, told: Told) -> None:
        from aiomqtt import MqttError

        properties = _with_id(told.id) if self._plan.version == "5" else None
        topic = f"{self._plan.topic}/{told.hall}/{told.event}"
        try:
            client = await self._connected()
            await client.publish(topic, told.body, qos=1, properties=properties, timeout=WITHIN_S)
        except (MqttError, OSError, TimeoutError):
            await self.close()
            raise Again("UNREACHABLE") from None

    async def _connected(self) -> Any:
        import aiomqtt  # here: many halls have no broker

        if self._client is None:
            url, version = urlsplit(self._plan.url), aiomqtt.ProtocolVersion[VERSIONS[self._plan.version]]
            client = aiomqtt.Client(
                url.hostname or "", url.port or PORTS[url.scheme], protocol=version,
                username=unquote(url.username) if url.username else None,
                password=unquote(url.password) if url.password else None,
                tls_context=ssl.create_default_context() if url.scheme == "mqtts" else None, timeout=WITHIN_S,
            )  # fmt: skip
            self._client = await self._stack.enter_async_context(client)
        return self._client

    async def close(self) -> None:
        self._client = None
        with contextlib.suppress(Exception):  # what is broken cannot be closed in good order
            await self._stack.aclose()
        self._stack = contextlib.AsyncExitStack()


def _with_id(message_id: str) -> Any:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.UserProperty = [("id", message_id)]
    return properties
