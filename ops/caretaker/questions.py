"""What managers ask of the forecast: what would be if?"""

from collections.abc import Mapping
from typing import Any

import msgspec

from ops.caretaker.foresight import Foresight
from queue_server.domain.refusals import Refusal
from queue_server.store.outlooks import Outlooks, Question, Reply

LISTEN_S = 2.0


class Questions:
    """Answers one after another. In a rehearsal, `speed` times faster than the clock, seconds are shorter."""

    def __init__(self, outlooks: Outlooks, foresights: Mapping[str, Foresight], speed: float) -> None:
        self._outlooks = outlooks
        self._foresights = foresights
        self._speed = speed

    async def step(self) -> None:
        """Waits a while for a question, and replies to it. Raises `StoreDown`."""
        question = await self._outlooks.next_question(LISTEN_S)
        if question is None:
            return
        try:
            reply = await self._replied(question)
        except Exception:
            await self._outlooks.reply(question, Reply(refusal="FORECAST_AWAY"))  # nobody waits for a fault
            raise
        await self._outlooks.reply(question, reply)

    async def _replied(self, question: Question) -> Reply:
        foresight = self._foresights.get(question.hall)
        if foresight is None:
            return Reply(refusal="FORECAST_AWAY")
        try:
            return Reply(answer=await self._answer(foresight, question.changes))
        except msgspec.ValidationError as error:
            return Reply(refusal="BAD_CHANGE", facts={"field": _field(str(error))})
        except Refusal as refusal:
            return Reply(refusal=refusal.code, facts=dict(refusal.facts))

    async def _answer(self, foresight: Foresight, changes: list[dict[str, Any]]) -> dict[str, Any]:
        from queue_server.diversion.whatif import Change, what_if  # here: it brings numpy and numba with it

        wanted = msgspec.convert(changes, tuple[Change, ...])
        answer = await foresight.ask(lambda forecaster: what_if(forecaster, wanted))
        told: dict[str, Any] = _shorter(msgspec.to_builtins(answer), self._speed)
        return told


def _shorter(value: Any, speed: float) -> Any:
    """The same answer, with every number of seconds in it divided."""
    if isinstance(value, dict):
        return {name: _shorter(part, speed) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_shorter(part, speed) for part in value]
    return value / speed if isinstance(value, float) else value


def _field(said: str) -> str:
    """The field that a validation error is about, as well as it says."""
    return "changes" + said.rpartition("`$")[2].rstrip("`")
