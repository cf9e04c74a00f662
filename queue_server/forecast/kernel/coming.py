"""Who is there in a future: those who wait now, those who booked, and those who come, one after another.

Those who come are thought of only when their time has come: most futures end long before, with the call that was asked
for. What somebody does is a matter of their name, so nobody is another one for being thought of later.
"""

import numpy as np

from queue_server.forecast.kernel import chances as of
from queue_server.forecast.kernel.chances import lot, patience_s
from queue_server.forecast.kernel.compiling import bare, part
from queue_server.forecast.kernel.hall import COMES, UNKNOWN, Room, add_visitor, plan_due, start_waiting
from queue_server.forecast.kernel.inputs import FAR, Chance, Coming, Crowd, Services, Tables

NEWCOMER, BOOKER = 10_000_000, 20_000_000
"""First names of those who come and who booked: far from each other and from those who wait."""
LEAVES_WITHIN_S = 1800.0
"""In which time those leave whom a diversion takes away."""
LATER_S = 3600.0
"""By how much those come later who were asked to."""


@bare
def begin_visitors(room: Room, crowd: Crowd, tables: Tables, chance: Chance, run: int) -> None:
    """Everyone who waits now."""
    for i in range(len(crowd.queue)):
        name = crowd.name[i]
        row = add_visitor(room, crowd.queue[i], crowd.service[i], crowd.turn[i], -crowd.waited[i], name)
        if i != chance.target and name >= 0:
            room.gone[row] = UNKNOWN
        if crowd.leaves[i] > 0 and lot(chance, run, name, of.LEAVE) < crowd.leaves[i]:
            away = LEAVES_WITHIN_S * lot(chance, run, name, of.LEAVE_AT)
            patience = FAR
            if room.gone[row] == UNKNOWN:
                patience = patience_s(tables.stay, crowd.waited[i], lot(chance, run, name, of.PATIENCE))
                patience -= crowd.waited[i]
            room.gone[row] = min(patience, away)
        start_waiting(room, row)


@bare
def begin_booked(room: Room, services: Services, coming: Coming, chance: Chance, run: int) -> None:
    """Everyone who booked and will come."""
    for b in range(len(coming.booked_at)):
        if lot(chance, run, BOOKER + b, of.SHOW) < coming.booked_show[b]:
            s = coming.booked_service[b]
            expect(room, services, coming.booked_at[b], s, coming.booked_turn[b], BOOKER + b)


@bare
def comes_next(
    room: Room, services: Services, coming: Coming, chance: Chance, run: int, number: int, mass: float, bin_: int
) -> tuple[int, float, int, float]:
    """The next one who comes: a Poisson process by the rates of each time of day.

    Answers how many there were, how much of the mass has come, in which bin, and when; FAR once nobody comes any more.
    """
    if number >= chance.most:
        return number, mass, bin_, FAR
    name = NEWCOMER + number
    mass -= np.log(lot(chance, run, name, of.COMES))
    if mass >= coming.mass[len(coming.mass) - 1]:
        return number, mass, bin_, FAR
    while coming.mass[bin_ + 1] <= mass:
        bin_ += 1
    part = (mass - coming.mass[bin_]) / (coming.mass[bin_ + 1] - coming.mass[bin_])
    at = coming.edges[bin_] + part * (coming.edges[bin_ + 1] - coming.edges[bin_])
    s = np.searchsorted(coming.service[bin_], lot(chance, run, name, of.SERVICE))
    if coming.leave[s] <= 0 or lot(chance, run, name, of.LEAVE) >= coming.leave[s]:
        comes = at
        if coming.later[s] > 0 and lot(chance, run, name, of.LATER) < coming.later[s]:
            comes += LATER_S
        credit = coming.credit[np.searchsorted(coming.priority, lot(chance, run, name, of.PRIORITY))]
        expect(room, services, comes, s, comes - credit, name)
    return number + 1, mass, bin_, at


@part
def expect(room: Room, services: Services, at: float, s: int, turn: float, name: int) -> None:
    """A visitor will come."""
    row = add_visitor(room, services.queue[s], s, turn, at, name)
    if row >= 0:
        room.came[row], room.gone[row] = at, UNKNOWN
        plan_due(room, at, COMES, row)
