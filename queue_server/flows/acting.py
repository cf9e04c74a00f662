"""How every act is put to the store: timed, dated, named, repeatable, and over the turn of the day."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct, structs

from queue_server.domain.calendar import day_of
from queue_server.domain.callers import Caller
from queue_server.domain.orders import Acted, Order
from queue_server.domain.refusals import Refusal
from queue_server.flows.ports import Clock, Halls
from queue_server.flows.running import RunningHall


class Ask(Struct, frozen=True, kw_only=True):
    """One request on its way: where, who, and how to know it again when it is repeated."""

    running: RunningHall
    caller: Caller
    key: str = ""
    body: str = ""


class Acting:
    """Puts orders to the store."""

    def __init__(self, halls: Halls, clock: Clock, heal: Callable[[str], Awaitable[None]]) -> None:
        self.halls = halls
        self.clock = clock
        self._heal = heal

    def common(self, ask: Ask) -> dict[str, Any]:
        """The fields that every order carries."""
        at = self.clock()
        return {
            "at": at,
            "day": day_of(ask.running.hall, at),
            "actor": ask.caller.actor,
            "key": ask.key,
            "body": ask.body,
            "known_day": ask.running.known[0],
            "known": ask.running.known[1],
        }

    async def act(self, ask: Ask, name: str, order: Order) -> Acted:
        """Carries out an order. When the hall's day has ended in the meantime, that is done first; and when the store
        turns out to have been restored from an older copy, it is made to skip past what was promised.
        """
        hall = ask.running.hall.id
        try:
            acted = await self.halls.act(hall, name, order)
        except Refusal as refusal:
            if refusal.code == "WENT_BACK":
                await self._heal(hall)
                return await self.act(ask, name, structs.replace(order, known_day="", known=0))
            if refusal.code != "DAY_NOT_CLOSED":
                raise
            await self.halls.close_day(hall, order.at, order.day)
            acted = await self.halls.act(hall, name, order)
        ask.running.acted(acted.position)
        return acted
