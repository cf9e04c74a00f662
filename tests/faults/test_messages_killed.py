"""A sender is killed while it sends, again and again: every message comes to its channel, and comes once."""

import asyncio
import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from queue_server.channels.log import OutboxLog
from queue_server.domain.messages import Contact, Message, OutboxState
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Mailroom
from queue_server.flows.running import RunningHall
from queue_server.flows.sender import Sender
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.library import load_library
from queue_server.store.outbox import StoredOutbox
from tests.support.halls import small_hall

ROUNDS = 10
CALLS, CODES = 250, 50
LEASE_MS = 40
SECRET = bytes(32)
HALL = "small"
UNUSED: Any = None


def now() -> int:
    return time.time_ns() // 1_000_000


async def with_mail(url: str, work: Any) -> Any:
    store = connect(url)
    try:
        kept = StoredOutbox(store, lambda: load_library(store))
        mail = Mailroom(kept, Contacts(SECRET), {HALL: RunningHall(small_hall(HALL))}, now)
        return await work(mail, kept)
    finally:
        await store.aclose()


def send_until_killed(url: str, folder: Path) -> None:
    """In a process of its own."""

    async def work(mail: Mailroom, kept: StoredOutbox) -> None:
        sender = Sender(mail, kept, [OutboxLog(folder)], UNUSED, lease_ms=LEASE_MS)
        while True:
            await sender.step()
            await asyncio.sleep(0.002)

    asyncio.run(with_mail(url, work))


async def post(mail: Mailroom, _: StoredOutbox) -> None:
    to = (mail.contacts.seal(Contact(phone="+861380000")),)
    common: dict[str, Any] = {"to": to, "language": "en", "at": now(), "not_after": now() + 600_000}
    facts = {"number": "A001", "window": 1, "queue": "A", "code": "123456", "until_at": now()}
    rows = [Message(id=f"call-{n}", template="called", person=f"p{n}", facts=facts, **common) for n in range(CALLS)]
    rows += [Message(id=f"code-{n}", template="code", facts=facts, **common) for n in range(CODES)]
    random.Random(1).shuffle(rows)
    await mail.post(HALL, rows)


async def state_soon(rng: random.Random, _: Mailroom, kept: StoredOutbox) -> OutboxState:
    """After a moment in which something is sent."""
    left = (await kept.state(HALL, 0)).waiting - rng.randint(1, 12)
    async with asyncio.timeout(5):
        while (found := await kept.state(HALL, 0)).waiting > left:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
    return found


async def until_sent(_: random.Random, __: Mailroom, kept: StoredOutbox) -> OutboxState:
    async with asyncio.timeout(10):
        while (found := await kept.state(HALL, 0)).waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


def test_every_message_is_sent_once_through_kill_9(clean_store: EmbeddedStore, tmp_path: Path) -> None:
    url, rng = clean_store.url, random.Random(os.environ.get("GREENWAVE_SEED", "1"))
    asyncio.run(with_mail(url, post))
    fork = multiprocessing.get_context("fork")
    for number in range(ROUNDS + 1):
        process = fork.Process(target=send_until_killed, args=(url, tmp_path))
        process.start()
        found = asyncio.run(with_mail(url, partial(until_sent if number == ROUNDS else state_soon, rng)))
        assert process.is_alive()
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        assert (found.waiting == 0) == (number == ROUNDS), "it was killed too late to prove anything"
    lines = [json.loads(line)["id"] for line in (tmp_path / "outbox.jsonl").read_bytes().splitlines()]
    times = Counter(lines)
    assert set(times.values()) == {1}
    assert sum(1 for name in times if ".call-" in name) == CALLS
    unsure = found.counts.get("", {}).get("unsure", 0)
    assert found.counts["log"]["sent"] + unsure == CALLS + CODES
    assert CODES - unsure <= sum(1 for name in times if ".code-" in name) <= CODES
