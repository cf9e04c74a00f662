"""The channels file: what a hall's messages go out by. It holds the secrets of other services, so it is kept 0600."""

import tomllib
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
TAKEN = frozenset({"push", "log"})
PLACE = "{to}"
Kind = TypeVar("Kind", bound=Struct)


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file. Unknown keys are mistakes."""


class PushPlan(Part, frozen=True, kw_only=True):
    """Web Push. It needs no account anywhere, so it is always on."""

    subject: Annotated[str, Meta(pattern=r"^(mailto:.+@.+|https://.+)$")] = "mailto:greenwave@localhost"
    """Whom push services may write to about this server."""
    private: tuple[str, ...] = ()
    """Private addresses or networks whose push service is trusted all the same."""


class ApprisePlan(Part, frozen=True, kw_only=True):
    """A service that apprise knows. `{to}` in its URL is the visitor's phone number or mail address."""

    name: Name
    to: Literal["phone", "mail"]
    url: str


class Facts(Part, frozen=True, kw_only=True):
    """Which facts go out: all halls and all events unless named; no staff events, no names of staff, unless said."""

    halls: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    facts: Literal["public", "staff"] = "public"
    staff_names: bool = False

    def wants(self, hall: str, event: str) -> bool:
        """Whether a fact is among them."""
        return (not self.halls or hall in self.halls) and (not self.events or event in self.events)


class EndpointPlan(Facts, frozen=True, kw_only=True):
    """A webhook: where, and the secret (`whsec_...`) that signs."""

    name: Name
    url: str
    secret: str


class WebhooksPlan(Part, frozen=True, kw_only=True):
    hosts: tuple[str, ...] = ()
    """The only hosts that webhooks go to."""
    private: tuple[str, ...] = ()
    """Private addresses or networks that they may go to all the same."""
    endpoints: tuple[EndpointPlan, ...] = ()


class MqttPlan(Facts, frozen=True, kw_only=True):
    """A broker, by `mqtt://` or `mqtts://`; facts go to `TOPIC/HALL/EVENT`."""

    url: str
    version: Literal["5", "3.1.1"] = "5"
    topic: Annotated[str, Meta(pattern=r"^[^+#\x00/][^+#\x00]{0,199}$")] = "greenwave"


class LogPlan(Part, frozen=True, kw_only=True):
    """A file in the data folder, for what nothing else carries."""

    on: bool = True


class ChannelsPlan(Struct, frozen=True, kw_only=True):
    push: PushPlan = PushPlan()
    apprise: tuple[ApprisePlan, ...] = ()
    webhooks: WebhooksPlan = WebhooksPlan()
    mqtt: MqttPlan | None = None
    log: LogPlan = LogPlan()


class _Tables(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file before its tables are looked at one by one, so that each can say its own mistake."""

    push: Any = field(default_factory=dict)
    apprise: Any = field(default_factory=list)
    webhooks: dict[str, Any] = field(default_factory=dict)
    mqtt: Any = None
    log: Any = field(default_factory=dict)


def plan_of(path: Path | None) -> ChannelsPlan:
    """The plan in a file that was found good, or the one without a file."""
    return read_plan(path.read_text("utf-8"))[0] if path else ChannelsPlan()


def read_plan(text: str) -> tuple[ChannelsPlan, list[str]]:
    """The plan, and every mistake in it, each naming its table."""
    try:
        tables = msgspec.convert(tomllib.loads(text), _Tables)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        return ChannelsPlan(), [str(error)]
    wrong: list[str] = []

    def read(value: Any, kind: type[Kind], where: str) -> Kind | None:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            wrong.append(f"{where}: {error}")
            return None

    def read_all(values: Any, kind: type[Kind], where: str) -> tuple[Kind, ...]:
        if not isinstance(values, list):
            wrong.append(f"{where}: Expected `array`")
            return ()
        found = [read(value, kind, f"{where}[{index}]") for index, value in enumerate(values, 1)]
        return tuple(value for value in found if value is not None)

    hooks = dict(tables.webhooks)
    endpoints = read_all(hooks.pop("endpoints", []), EndpointPlan, "webhooks.endpoints")
    webhooks = read(hooks, WebhooksPlan, "webhooks") or WebhooksPlan()
    plan = ChannelsPlan(
        push=read(tables.push, PushPlan, "push") or PushPlan(),
        apprise=read_all(tables.apprise, ApprisePlan, "apprise"),
        webhooks=msgspec.structs.replace(webhooks, endpoints=endpoints),
        mqtt=read(tables.mqtt, MqttPlan, "mqtt") if tables.mqtt is not None else None,
        log=read(tables.log, LogPlan, "log") or LogPlan(),
    )
    return plan, wrong + list(_mistakes(plan))


def _mistakes(plan: ChannelsPlan) -> Iterator[str]:
    names = [service.name for service in plan.apprise] + [endpoint.name for endpoint in plan.webhooks.endpoints]
    names += ["mqtt"] if plan.mqtt else []
    for name in sorted({name for name in names if names.count(name) > 1 or name in TAKEN}):
        yield f"`{name}` is the name of two channels"
    for network in (*plan.push.private, *plan.webhooks.private):
        if not is_network(network):
            yield f"private: `{network}` is neither an address nor a network"
    for service in plan.apprise:
        yield from _of_apprise(service)
    for endpoint in plan.webhooks.endpoints:
        yield from _of_endpoint(endpoint, plan.webhooks)
    if plan.mqtt and urlsplit(plan.mqtt.url).scheme not in {"mqtt", "mqtts"}:
        yield "mqtt: url must begin with mqtt:// or mqtts://"


def _of_apprise(service: ApprisePlan) -> Iterator[str]:
    from queue_server.channels.apprise_ import is_known  # here: apprise is read only where it is used

    if PLACE not in service.url:
        yield f"apprise `{service.name}`: url must hold {PLACE}, where the visitor's number or address goes"
    elif not is_known(service):
        yield f"apprise `{service.name}`: apprise does not know such a url"


def _of_endpoint(endpoint: EndpointPlan, webhooks: WebhooksPlan) -> Iterator[str]:
    from queue_server.channels.webhook import is_secret  # for the same reason

    url = urlsplit(endpoint.url)
    host = url.hostname or ""
    if host not in webhooks.hosts:
        yield f"webhook `{endpoint.name}`: `{host}` is not among webhooks.hosts"
    if url.scheme != "https" and not (url.scheme == "http" and is_within(host, webhooks.private)):
        yield f"webhook `{endpoint.name}`: url must begin with https://"
    if not is_secret(endpoint.secret):
        yield f"webhook `{endpoint.name}`: secret must be `whsec_` and 24 to 64 bytes in base64"


def is_network(text: str) -> bool:
    """Whether a text is an address or a network."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_within(host: str, networks: tuple[str, ...]) -> bool:
    """Whether a host is an address of one of these networks."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in networks if is_network(network))
