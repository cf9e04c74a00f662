"""What someone can serve at a hall now: by their skills, which have hours, and their certificates, which end. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from queue_server.domain.staff import Certificate, Person, Skill

WARNED_DAYS = 30
"""So long before a certificate ends its manager is told."""


class Duties(Struct, frozen=True, kw_only=True):
    """Of someone at one hall: what they can serve, with its hours, and what they may no longer serve."""

    person: str = ""
    skills: tuple[Skill, ...] = ()
    lapsed: frozenset[str] = frozenset()

    def at(self, minute: int) -> "Duties":
        """Those of one minute of the day: as long as they are the same, the same can be served."""
        now = tuple(each for each in self.skills if each.from_min <= minute < each.to_min)
        return Duties(person=self.person, skills=now, lapsed=self.lapsed)


def duties_at(person: Person, hall: str, day: str) -> Duties:
    """What someone does at a hall on a day (`2026-12-31`)."""
    grants = person.grants_at(hall)
    certificates = [each for grant in grants for each in grant.certificates]
    skills = tuple(skill for grant in grants for skill in grant.skills)
    return Duties(person=person.id, skills=skills, lapsed=lapsed(certificates, day))


def lapsed(certificates: Iterable[Certificate], day: str) -> frozenset[str]:
    """The queues whose certificate has ended by that day, where no other one of theirs is still good."""
    needed = [each for each in certificates if each.queue]
    good = {each.queue for each in needed if not _is_over(each, day)}
    return frozenset(each.queue for each in needed) - good


def ending(certificates: Iterable[Certificate], day: str) -> tuple[int, int]:
    """How many have ended or will within a month of that day, and how many of them have."""
    month_on = (date.fromisoformat(day) + timedelta(days=WARNED_DAYS)).isoformat()
    rows = [each for each in certificates if each.until and each.until <= month_on]
    return len(rows), sum(_is_over(each, day) for each in rows)


def _is_over(certificate: Certificate, day: str) -> bool:
    return bool(certificate.until) and certificate.until < day
