"""The log of messages: each stands in it once, it does not grow for ever, and nobody else reads it."""

import asyncio
import json
from pathlib import Path

import pytest

from queue_server.channels import log
from queue_server.domain.messages import Contact, Delivery
from tests.support.clocks import NOON


def delivery(name: object) -> Delivery:
    return Delivery(
        id=str(name), hall="h", contact=Contact(phone="+8613812345678"), template="called", language="en", title="t",
        body="b", page="", link="", at=NOON, expires_s=1,
    )  # fmt: skip


def test_a_log_that_was_set_aside_is_still_searched_and_one_old_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LARGEST", 1000)
    one, other = log.OutboxLog(tmp_path), log.OutboxLog(tmp_path)
    asyncio.run(other.send(delivery("first")))
    for number in range(30):
        asyncio.run(one.send(delivery(number)))
        asyncio.run(other.send(delivery(number)))  # it learns what the first wrote, though the file is another by now
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["outbox.1.jsonl", "outbox.jsonl"]
    assert all(file.stat().st_size < 1300 and file.stat().st_mode & 0o777 == 0o600 for file in files)
    ids = [json.loads(line)["id"] for file in files for line in file.read_text().splitlines()]
    assert len(ids) == len(set(ids)) and ids[-1] == "29"
