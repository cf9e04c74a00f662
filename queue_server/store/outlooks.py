"""What the caretaker tells the workers, and what they ask it: outlooks by stream, what-ifs by lists."""

import secrets
from typing import Any

import msgspec
import structlog
from msgspec import Struct
from redis.asyncio import Redis

from queue_server.domain.outlook import Outlook
from queue_server.store.asking import ask
from queue_server.store.halls import prefix

KEPT = 2
"""Outlooks that the store keeps of each hall: the newest, and the one that is being read."""
OFFICE = "gw:caretaker"
"""Whose name this key holds is the caretaker; nobody else publishes."""
TERMS = "gw:caretakers"
"""Hash: how often a caretaker began (`starts`), how often another one than before (`takeovers`), and who was `last`."""
ASKED = "gw:what-if"
MOST_ASKED = 32
"""Questions that may lie there: more are asked only where nobody answers."""
KEPT_S = 30
"""A question or an answer that nobody fetched in this time is forgotten."""

PUBLISH = """\
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[2], '*', 'o', ARGV[3])
return 1
"""

log = structlog.get_logger()
_encode = msgspec.msgpack.Encoder().encode
_outlook = msgspec.msgpack.Decoder(Outlook).decode


class Question(Struct, frozen=True, kw_only=True):
    """A what-if, as a worker asks it. `changes` are those of the request, checked against the hall before."""

    id: str
    hall: str
    changes: list[dict[str, Any]]


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the caretaker says to a question: an answer, or a refusal with its facts."""

    answer: dict[str, Any] = {}
    refusal: str = ""
    facts: dict[str, str | int] = {}


_question = msgspec.msgpack.Decoder(Question).decode
_reply = msgspec.msgpack.Decoder(Reply).decode


def outlooks_key(hall: str) -> str:
    return f"{prefix(hall)}:o"


def unpack_outlook(raw: bytes) -> Outlook | None:
    """The outlook in these bytes; None for what another version of this program published."""
    try:
        return _outlook(raw)
    except msgspec.MsgspecError as error:
        log.warning("an outlook cannot be read", error=str(error)[:200])
        return None


class Outlooks:
    """Publishes outlooks, and carries questions to whoever publishes them. Everything raises `StoreDown`."""

    def __init__(self, store: "Redis", office: str = "") -> None:
        """`office` is the name under which its holder publishes; without one, only while nobody is elected."""
        self._store = store
        self._office = office

    async def publish(self, hall: str, outlook: Outlook) -> bool:
        """Replaces the hall's outlook; every worker reads it at once. False, and nothing done, out of office."""
        keys, packed = (OFFICE, outlooks_key(hall)), _encode(outlook)
        return bool(await ask(self._store, "EVAL", PUBLISH, len(keys), *keys, self._office, KEPT, packed))

    async def ask(self, hall: str, changes: list[dict[str, Any]], within_s: float) -> Reply | None:
        """The caretaker's reply to a what-if; None when it does not come in time, or too many wait for theirs."""
        question = Question(id=secrets.token_hex(8), hall=hall, changes=changes)
        raw = _encode(question)
        asked = await ask(self._store, "RPUSH", ASKED, raw)
        await ask(self._store, "EXPIRE", ASKED, KEPT_S)
        found = await ask(self._store, "BLPOP", _answered(question.id), within_s) if asked <= MOST_ASKED else None
        if found is None:
            await ask(self._store, "LREM", ASKED, 0, raw)
            return None
        return _reply(found[1])

    async def next_question(self, within_s: float) -> Question | None:
        """The next question to the caretaker; None when none comes in time, or when it was none."""
        found = await ask(self._store, "BLPOP", ASKED, within_s)
        try:
            return _question(found[1]) if found else None
        except msgspec.MsgspecError as error:
            log.warning("a question cannot be read", error=str(error)[:200])
            return None

    async def reply(self, question: Question, reply: Reply) -> None:
        await ask(self._store, "RPUSH", _answered(question.id), _encode(reply))
        await ask(self._store, "EXPIRE", _answered(question.id), KEPT_S)


def _answered(question: str) -> str:
    return f"{ASKED}:{question}"
