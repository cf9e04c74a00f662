"""A message goes by the best channel; by the next one when the best only puts off; and by one alone."""

from typing import Any

import pytest
from msgspec import structs

from queue_server.domain.messages import Again, Claimed, Contact, Delivery, Message, PushTarget, Settled
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Mailroom
from queue_server.flows.running import RunningHall
from queue_server.flows.sender import Sender
from tests.support.clocks import NOON, HandClock
from tests.support.halls import small_hall

CONTACTS = Contacts(bytes(32))
PHONE = Contact(phone="+8613800000000")
BROWSERS = [
    Contact(push=PushTarget(endpoint=f"https://push.example.org/{name}", p256dh="p", auth="a")) for name in "ab"
]
MINUTE_MS = 60_000


class ByHand:
    """A channel that answers as it is told, and with its last word for ever."""

    def __init__(self, name: str, field: str, *answers: Again | None) -> None:
        self.name = name
        self.field = field
        self.answers = list(answers) or [None]
        self.got: list[Contact] = []

    def carries(self, contact: Contact) -> bool:
        return bool(getattr(contact, self.field))

    async def send(self, delivery: Delivery) -> None:
        self.got.append(delivery.contact)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is not None:
            raise answer


class OneMessage:
    """An outbox with one message in it, which goes on as the store would let it; time goes from attempt to attempt."""

    def __init__(self, *to: Contact, template: str = "called") -> None:
        self.clock = HandClock()
        facts = {"number": "A001", "window": 1, "queue": "A", "service": "A-1", "code": "123456", "until_at": NOON}
        self.message = Message(
            id="1", to=tuple(CONTACTS.seal(one) for one in to), template=template, language="en", facts=facts,
            at=NOON, not_after=NOON + 5 * MINUTE_MS,
        )  # fmt: skip
        self.settled = Settled(id="1", attempt=0, state="waiting", channel="")

    async def sent_by(self, *channels: ByHand) -> Settled:
        mail: Any = Mailroom(self, CONTACTS, {"small": RunningHall(small_hall())}, self.clock)  # type: ignore[arg-type]
        nothing: Any = None
        sender = Sender(mail, self, channels, nothing)
        self.sealed = mail._sealed(self.message).sealed
        while self.settled.state == "waiting" and self.settled.due < self.message.not_after:
            self.clock.at = max(self.clock.at, self.settled.due)
            await sender.step()
            await sender.finish(5)
        return self.settled

    async def claim(self, _hall: str, _at: int, _day: str, _limit: int, _lease_ms: int) -> list[Claimed]:
        done = list(self.settled.done)
        return [Claimed(id="1", attempt=self.settled.attempt + 1, sealed=self.sealed, done=done)]

    async def settle(self, _hall: str, _at: int, _day: str, settled: Settled) -> bool:
        assert settled.attempt == self.settled.attempt + 1
        self.settled = structs.replace(settled)
        return True


@pytest.mark.parametrize(("after_s", "within_ms"), [(None, 30_000), (20, 60_000), (100, 150_000), (3600, 150_000)])
async def test_a_service_that_only_puts_off_holds_nobody_up(after_s: float | None, within_ms: int) -> None:
    outbox = OneMessage(BROWSERS[0], PHONE)
    push, sms = ByHand("push", "push", Again("HTTP_503", after_s, sure=True)), ByHand("sms", "phone")
    settled = await outbox.sent_by(push, sms)
    assert (settled.state, settled.channel, len(sms.got)) == ("sent", "sms", 1)
    assert len(push.got) <= 3
    assert outbox.clock.at - NOON <= within_ms


async def test_a_channel_that_is_well_again_gets_its_turn_again() -> None:
    outbox = OneMessage(PHONE)
    late = [Again("NOT_TAKEN", sure=True)] * 3
    first, second = ByHand("sms", "phone", *late, None), ByHand("other", "phone", *late, None)
    settled = await outbox.sent_by(first, second)
    assert (settled.state, settled.channel, len(first.got), len(second.got)) == ("sent", "sms", 4, 3)


async def test_what_one_browser_has_goes_no_other_way() -> None:
    outbox = OneMessage(*BROWSERS, PHONE)
    push, sms = ByHand("push", "push", None, Again("HTTP_503", sure=True)), ByHand("sms", "phone")
    settled = await outbox.sent_by(push, sms)
    assert (settled.state, settled.channel, sms.got) == ("waiting", "push", [])
    assert push.got.count(BROWSERS[0]) == 1


async def test_a_code_that_may_have_come_goes_no_other_way() -> None:
    outbox = OneMessage(PHONE, template="code")
    sms, other = ByHand("sms", "phone", Again("TIMEOUT")), ByHand("other", "phone")
    assert ((await outbox.sent_by(sms, other)).state, other.got) == ("unsure", [])


async def test_what_is_for_browsers_alone_goes_no_other_way() -> None:
    outbox = OneMessage(BROWSERS[0], PHONE, template="flash")
    sms = ByHand("sms", "phone")
    await outbox.sent_by(ByHand("push", "push", Again("HTTP_503", sure=True)), sms)
    assert sms.got == []
