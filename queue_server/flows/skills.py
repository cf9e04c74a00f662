"""Skills and certificates taking effect: who sits at a window can serve other queues from one hour to the next.

A window keeps what it was opened with. Whenever its clerk's duties are others than a moment ago, because an hour has
come, a certificate has ended, or a manager changed them, it is worked out anew what it serves.
"""

from collections.abc import Mapping

from msgspec import Struct

from queue_server.domain.calendar import local
from queue_server.domain.duties import Duties, duties_at, ending
from queue_server.domain.orders import PauseWindow
from queue_server.domain.staff import Person, serving_shares
from queue_server.domain.staff_orders import ServeBySkills
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.people import People
from queue_server.flows.running import CertificateCounts

NOT_CERTIFIED = "certificate"
"""Why a window is paused whose clerk may serve none of its queues any longer."""


class Judged(Struct, frozen=True, kw_only=True):
    """For which duties a window's queues were worked out, and since when it had stood as it did."""

    since: int
    duties: Duties


class Roster:
    """Everyone with an account, read again once any account has changed."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._version = -1
        self._by_hall: dict[str, dict[str, Person]] = {}

    async def at(self, hall: str) -> Mapping[str, Person]:
        """Those who work at a hall, by staff number. Raises `StoreDown`."""
        if self._version != self._people.version:
            version = self._people.version  # as it was before they were read
            rows = await self._people.staff.people()
            self._by_hall = {}
            for row in rows:
                for name in {grant.hall for grant in row.grants}:
                    self._by_hall.setdefault(name, {})[row.number] = row
            self._version = version
        return self._by_hall.get(hall, {})


class SkillFlows:
    """A step of care. Raises `StoreDown`, and `Refusal` where somebody else was quicker."""

    def __init__(self, acting: Acting, people: People) -> None:
        self._acting = acting
        self._roster = Roster(people)
        self._judged: dict[tuple[str, int], Judged] = {}

    async def look(self, ask: Ask) -> None:
        """Lets every window with a clerk serve what they can serve now, and counts certificates that end."""
        running, wall = ask.running, local(ask.running.hall, self._acting.clock())
        people = await self._roster.at(running.hall.id)
        day, minute = wall.date().isoformat(), wall.hour * 60 + wall.minute
        running.certificates = _ending(people, running.hall.id, day)
        for number, window in list(running.live.windows.items()):
            person = people.get(window.staff) if window.status != "closed" else None
            if person is None:
                continue
            duties = duties_at(person, running.hall.id, day).at(minute)
            judged, key = Judged(since=window.since, duties=duties), (running.hall.id, number)
            if self._judged.get(key) != judged:
                await self._serve(ask, number, duties, minute)
                self._judged[key] = judged

    async def _serve(self, ask: Ask, number: int, duties: Duties, minute: int) -> None:
        found = await self._acting.halls.read_window(ask.running.hall.id, number, self._acting.clock())
        window = found.window
        if window is None or window.by_person != duties.person or window.status == "closed":
            return  # opened by a device that everyone shares, or not open any longer
        queues = serving_shares(duties.skills, window.chosen, minute, duties.lapsed)
        common = {**self._acting.common(ask), "window": number}
        if queues:
            order = ServeBySkills(**common, by_person=duties.person, since=window.since, queues=queues)
            await self._acting.act(ask, "serve_by_skills", order)
        elif window.status == "open":
            await self._acting.act(ask, "pause_window", PauseWindow(**common, reason=NOT_CERTIFIED))


def _ending(people: Mapping[str, Person], hall: str, day: str) -> CertificateCounts:
    rows = [each for row in people.values() if not row.disabled for g in row.grants_at(hall) for each in g.certificates]
    soon, over = ending(rows, day)
    return CertificateCounts(ending=soon, over=over)
