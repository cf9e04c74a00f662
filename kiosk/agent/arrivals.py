"""Check-in at the kiosk: who booked shows a code and gets the ticket that waits for them."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from kiosk.agent.problems import Problem, of_server
from kiosk.agent.state import State
from kiosk.agent.told import told_of
from kiosk.offline import arrivals
from kiosk.offline.marks import Steps
from kiosk.offline.ports import Arrive
from kiosk.offline.steps import Denied, Taken
from queue_server.contract.asks import Language

MOST_KEPT = 50


class CheckIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `code`, as typed, and `pass`, as scanned."""

    code: Annotated[str, Meta(max_length=32)] = ""
    pass_: Annotated[str, Meta(max_length=200)] = field(default="", name="pass")
    language: Language = "zh"

    @property
    def wish(self) -> dict[str, str]:
        """What the server is asked with. Raises `Problem`."""
        if bool(self.code) == bool(self.pass_):
            raise Problem("INVALID", {"field": "code", "problem": "expected one of `code` and `pass`"})
        return {"pass": self.pass_} if self.pass_ else {"code": self.code}


class Arrivals:
    """`alone` runs steps one at a time. What was checked in here is known until the kiosk stops, for copies."""

    def __init__(self, state: State, alone: Callable[[Steps[Any]], Awaitable[Any]]) -> None:
        self._state, self._alone = state, alone
        self._here: dict[str, Taken] = {}
        self._unanswered = ("", "")
        """A wish (hidden) that may have been granted, and its key."""

    @property
    def latest(self) -> list[Taken]:
        return list(reversed(self._here.values()))

    def find(self, number: str) -> Taken | None:
        """A check-in of today."""
        found = self._here.get(number)
        return found if found and found.slip.day == self._state.desk.book.day else None

    async def check_in(self, asked: CheckIn) -> dict[str, Any]:
        """The ticket, printed. Raises `Problem`: the server's own, or `AWAY`."""
        return await self._arrive(asked.wish, "", asked.language)

    async def visit(self, wish: dict[str, Any], key: str, language: str) -> dict[str, Any]:
        """The ticket of a visit that the server plans, printed. Raises `Problem` as `check_in` does."""
        return await self._arrive(wish, key, language)

    async def _arrive(self, wish: dict[str, Any], key: str, language: str) -> dict[str, Any]:
        if not self._state.online:
            raise Problem(arrivals.AWAY)
        if self._state.blocked:
            raise Problem(self._state.blocked)
        hidden = hashlib.sha256(msgspec.json.encode(wish)).hexdigest()
        own = key or (self._unanswered[1] if self._unanswered[0] == hidden else secrets.token_hex(16))
        done = await self._alone(arrivals.arrive(self._state.desk, Arrive(wish, own, language)))
        lost = isinstance(done, Denied) and done.code == arrivals.AWAY
        self._unanswered = (hidden, own) if lost and not key else ("", "")
        if isinstance(done, Denied):
            raise of_server(done.code, done.problem)
        return self._keep(done, False)

    async def copy(self, taken: Taken) -> dict[str, Any]:
        """The paper once more, marked as a copy."""
        return self._keep(await self._alone(arrivals.print_again(taken)), True)

    def _keep(self, taken: Taken, copied: bool) -> dict[str, Any]:
        self._here.pop(taken.slip.text, None)
        self._here[taken.slip.text] = taken
        if len(self._here) > MOST_KEPT:
            del self._here[next(iter(self._here))]
        return told_of(taken, self._state.fitted, copied)
