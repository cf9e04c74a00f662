"""The log of messages: a file in the data folder, for what no other channel carries. A demo shows its codes there.

Each message stands in it once: whoever writes holds the file's lock and has read which ids it holds.
"""

import asyncio
import fcntl
import os
from io import BufferedRandom
from pathlib import Path

import msgspec

from queue_server.contract.times import rfc3339
from queue_server.domain.messages import Again, Contact, Delivery

FILE = "outbox.jsonl"
LARGEST = 8 * 1024 * 1024
"""Bytes after which the file is set aside, in place of the one that was set aside before."""

_encode = msgspec.json.Encoder().encode


class _Line(msgspec.Struct):
    id: str


_line = msgspec.json.Decoder(_Line).decode


class OutboxLog:
    """Receivers are masked; what the messages say is not, so the file is its user's alone."""

    name = "log"

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._ids: set[str] = set()
        self._read_to = (0, 0)  # inode, offset

    def carries(self, contact: Contact) -> bool:
        return bool(contact.phone or contact.mail)

    async def send(self, delivery: Delivery) -> None:
        try:
            await asyncio.to_thread(self._write, delivery)
        except OSError:
            raise Again("CANNOT_WRITE", sure=True) from None

    def _write(self, delivery: Delivery) -> None:
        with self._locked() as file:
            self._learn(file)
            if delivery.id in self._ids:
                return
            file.seek(0, os.SEEK_END)
            file.write(_encode(_row(delivery)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
            if file.tell() >= LARGEST:
                self._path.replace(self._path.with_suffix(".1.jsonl"))

    def _locked(self) -> BufferedRandom:
        """The file, ours until it is closed, and still the one under its name."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
            fcntl.flock(file, fcntl.LOCK_EX)
            if self._path.exists() and os.fstat(file.fileno()).st_ino == self._path.stat().st_ino:
                return file
            file.close()

    def _learn(self, file: BufferedRandom) -> None:
        """Reads the ids that were written since the last time; a line that was cut off by a crash is taken away."""
        inode = os.fstat(file.fileno()).st_ino
        offset = self._read_to[1]
        if self._read_to[0] != inode:  # the first time, or the file was set aside since, perhaps by another worker
            self._ids, offset = self._old_ids(), 0
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(offset)
                break
            offset += len(line)
            self._ids.add(_line(line).id)
        self._read_to = (inode, offset)

    def _old_ids(self) -> set[str]:
        old = self._path.with_suffix(".1.jsonl")
        return {_line(line).id for line in old.read_bytes().splitlines()} if old.exists() else set()


def _row(delivery: Delivery) -> dict[str, str]:
    return {
        "id": delivery.id, "at": rfc3339(delivery.at), "template": delivery.template, "language": delivery.language,
        "to": masked(delivery.contact), "title": delivery.title, "body": delivery.body,
        "page": delivery.link or delivery.page,
    }  # fmt: skip


def masked(contact: Contact) -> str:
    """As much of a contact as tells two of a test apart: `***00`, `a***@example.org`."""
    if contact.phone:
        return f"***{contact.phone[-2:]}"
    name, _, host = contact.mail.rpartition("@")
    return f"{name[:1]}***@{host}"
