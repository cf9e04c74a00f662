"""Messages on the wire: a browser's push subscription, and what became of messages."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask

Endpoint = Annotated[str, Meta(pattern=r"^https?://[!-~]{1,1000}(?![\s\S])")]
Base64Url = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,200}={0,2}(?![\s\S])")]


class PushKeys(Ask, frozen=True, kw_only=True):
    p256dh: Base64Url
    auth: Base64Url


class PushSubscription(Ask, frozen=True, kw_only=True):
    """As the browser's `PushSubscription.toJSON()` says it, without `expirationTime`."""

    endpoint: Endpoint
    keys: PushKeys


class MuteTicket(Ask, frozen=True, kw_only=True):
    on: bool


class TicketMessages(Answer, frozen=True, kw_only=True):
    """Whether messages come about a ticket (`on`), and whether there is a `phone` or a browser (`push`) to send to."""

    on: bool
    phone: bool
    push: bool


class PushKey(Answer, frozen=True, kw_only=True):
    """What a page subscribes with (`applicationServerKey`)."""

    key: str


class ChannelCount(Answer, frozen=True, kw_only=True):
    """One channel today. A webhook or a broker is told events: it has still to be told the `behind` latest."""

    channel: str
    sent: int
    failed: int
    retried: int
    behind: int | UnsetType = UNSET


class MessagesState(Answer, frozen=True, kw_only=True):
    """Messages of a hall: what waits now, what was sent and what failed today. `quiet`: not wanted, or too many;
    `written`: nothing but the file on the server took it, so it reached nobody."""

    waiting: int
    sent: int
    failed: int
    quiet: int
    written: int
    channels: list[ChannelCount]


class MessageRow(Answer, frozen=True, kw_only=True):
    """A message that was dealt with; nobody's name, number or words."""

    id: str
    at: str
    template: str
    channel: str
    state: str
    problem: str
    attempts: int


class Messages(Answer, frozen=True, kw_only=True):
    """Today's counts, and the latest messages that were dealt with, latest first."""

    counts: MessagesState
    latest: list[MessageRow]
