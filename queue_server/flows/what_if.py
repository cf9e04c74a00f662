"""What would be if: changes checked against the hall, and put to the caretaker, who works it out."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from queue_server.contract.outlook import Change, WhatIf, WhatIfAnswer
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.orders import Order
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.measures import NEEDED
from queue_server.flows.running import RunningHall

REPLY_S = 2.0
AT_ONCE = 4
"""Questions of one worker that may wait for their replies: managers are few, and the caretaker answers in turn."""
NEEDS: Mapping[str, tuple[str, ...]] = {
    **NEEDED, "send_out": ("queue",), "close_window": ("window",), "move_window": ("window", "queues"),
}  # fmt: skip
"""What may be tried, and what each needs to be told: all of it, and nothing else."""
TOLD = ("window", "queue", "service", "to", "queues")


class Reply(Protocol):
    """What the caretaker says: an answer, or a refusal with its facts."""

    @property
    def answer(self) -> dict[str, Any]: ...
    @property
    def refusal(self) -> str: ...
    @property
    def facts(self) -> dict[str, str | int]: ...


class Caretaker(Protocol):
    """Whoever works out forecasts, out of this process."""

    async def ask(self, hall: str, changes: list[dict[str, Any]], within_s: float) -> Reply | None: ...


class WhatIfFlows:
    """Puts changes to the forecast."""

    def __init__(self, caretaker: Caretaker, acting: Acting, halls: Mapping[str, RunningHall]) -> None:
        self._caretaker = caretaker
        self._acting = acting
        self._halls = halls
        self._waiting = 0

    async def try_out(self, ask: Ask, wanted: WhatIf) -> WhatIfAnswer:
        """What the waits would be. Refuses `BAD_CHANGE` naming the field, and `FORECAST_AWAY` without a reply.

        A key stands for one body, and is answered anew each time: the waits have changed.
        """
        for index, change in enumerate(wanted.changes):
            wrong = wrong_field(ask.running.hall, self._halls, change)
            if wrong:
                raise Refusal("BAD_CHANGE", {"field": f"changes[{index}].{wrong}"})
        if self._waiting >= AT_ONCE:
            raise Refusal("FORECAST_AWAY")
        self._waiting += 1
        try:
            reply = await self._reply(ask, wanted)
        finally:
            self._waiting -= 1
        if reply is None:
            raise Refusal("FORECAST_AWAY")
        if reply.refusal:
            raise Refusal(reply.refusal, reply.facts)
        return msgspec.convert(reply.answer, WhatIfAnswer)

    async def _reply(self, ask: Ask, wanted: WhatIf) -> Reply | None:
        if ask.key:
            await self._acting.act(ask, "note_key", Order(**self._acting.common(ask)))
        changes = [msgspec.to_builtins(change) for change in wanted.changes]
        return await self._caretaker.ask(ask.running.hall.id, changes, REPLY_S)


def wrong_field(hall: Hall, halls: Mapping[str, RunningHall], change: Change) -> str:
    """The field of a change that makes no sense in this hall; empty for a change that can be tried."""
    if change.action not in NEEDS:
        return "action"
    needed = NEEDS[change.action]
    for name in TOLD:
        value = getattr(change, name)
        if (value is not UNSET) != (name in needed):
            return name
        if value is not UNSET and not _is_known(hall, halls, name, value):
            return name
    return ""


def _is_known(hall: Hall, halls: Mapping[str, RunningHall], name: str, value: Any) -> bool:
    if name == "window":
        return value in hall.window_by_number
    if name == "service":
        return value in hall.service_by_id
    if name == "to":
        return value in halls and value != hall.id
    queues = value if name == "queues" else [value]
    return all(queue in hall.queue_by_id and queue != SELF_SERVICE for queue in queues)
