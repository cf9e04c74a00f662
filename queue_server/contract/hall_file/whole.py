"""The whole hall out of its sections."""

from msgspec import Struct, structs

from queue_server.contract.hall_file.audit import read_audit
from queue_server.contract.hall_file.bookings import read_bookings, read_calendar, read_remote
from queue_server.contract.hall_file.cases import read_cases
from queue_server.contract.hall_file.directory import read_directory
from queue_server.contract.hall_file.diversion import read_diversion
from queue_server.contract.hall_file.entrance import read_entrance
from queue_server.contract.hall_file.fields import Fields, fields, unique
from queue_server.contract.hall_file.head import Head, read_head
from queue_server.contract.hall_file.interpreters import read_interpreter
from queue_server.contract.hall_file.layout import (
    Known,
    read_department,
    read_queue,
    read_windows,
    read_zone,
    usual_windows,
)
from queue_server.contract.hall_file.lockers import read_locker, read_locker_rules
from queue_server.contract.hall_file.outcomes import read_hard_cases, read_promises
from queue_server.contract.hall_file.papers import UsualPapers, usual_papers
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.ratings import read_ratings
from queue_server.contract.hall_file.reports import read_reports
from queue_server.contract.hall_file.services import read_journey, read_paper, read_service
from queue_server.contract.hall_file.settings import (
    read_calling,
    read_numbering,
    read_priorities,
    read_rules,
    read_walking,
)
from queue_server.contract.hall_file.visitors import read_crowd
from queue_server.domain.audit import AuditPlan
from queue_server.domain.hall import DiversionPlan, Hall, Paper, Queue, Service, Walking, WindowPlan
from queue_server.domain.lockers import LockerRules
from queue_server.domain.report import ReportPlan
from queue_server.domain.rules import (
    Bookings,
    Calling,
    Cases,
    Directory,
    Entrance,
    HardCases,
    Promises,
    Ratings,
    Remote,
    Rules,
    WorkCalendar,
)

NEEDED = ("hall", "zones", "departments", "queues", "items")
SETTINGS = ("version", "numbering", "windows", "priorities", "diversion", "rules", "calling", "papers", "journeys")
AHEAD = ("bookings", "remote", "calendar", "ratings", "cases", "promises", "hard_cases")
AFTER = ("audit", "reports", "walking", "entrance", "directory", "lockers", "locker", "interpreters")
REHEARSAL = ("arrivals", "channels", "groups", "behaviour")


class _Catalogue(Struct, frozen=True, kw_only=True):
    services: tuple[Service, ...]
    papers: tuple[Paper, ...]


def read_whole(root: Place) -> Hall:
    """The hall that stands at the root; worth something only when the log stays empty."""
    top = fields(root, NEEDED, (*SETTINGS, *AHEAD, *AFTER, *REHEARSAL))
    for section in NEEDED[1:]:
        _need_entries(top.get(section))
    top.whole("version", 1, 1, 1)
    top.read("numbering", None, read_numbering)
    usual = usual_papers()
    known = _known(top, usual)
    head = top.read("hall", Head(id="", names={}, timezone="UTC"), lambda place: read_head(place, known.staffed))
    return _assemble(top, head, usual, known)


def _need_entries(section: Place | None) -> None:
    if section is not None and not section.entries() and not section.log.has(section.path):
        section.wrong(f"a hall needs {section.path}", "add at least one entry")


def _known(top: Fields, usual: UsualPapers) -> Known:
    return Known(
        zones=unique(top.get("zones"), "id", "zone"),
        departments=unique(top.get("departments"), "code", "department"),
        queues=unique(top.get("queues"), "id", "queue"),
        items=unique(top.get("items"), "id", "item"),
        papers=unique(top.get("papers"), "id", "paper") | frozenset(usual.papers),
    )


def _assemble(top: Fields, head: Head, usual: UsualPapers, known: Known) -> Hall:
    queues = top.each("queues", lambda place: read_queue(place, known))
    catalogue = _catalogue(top, known, usual)
    credits_min = read_priorities(top.get("priorities"))
    unique(top.get("journeys"), "id", "journey")
    unique(top.get("interpreters"), "id", "interpreter")
    unique(top.get("lockers"), "id", "locker")
    return Hall(
        walking=top.read("walking", Walking(), read_walking),
        id=head.id,
        names=head.names,
        timezone=head.timezone,
        languages=head.languages,
        hours=head.hours.periods,
        zones=top.each("zones", read_zone),
        departments=top.each("departments", lambda place: read_department(place, known)),
        queues=queues,
        services=catalogue.services,
        windows=_windows(top, known, queues),
        journeys=top.each("journeys", lambda place: read_journey(place, known)),
        papers=catalogue.papers,
        credits_min=credits_min,
        rules=_rules(top, head),
        crowd=read_crowd(top.by_key, head.visits_per_day, frozenset(credits_min)),
        diversion=top.read("diversion", DiversionPlan(), read_diversion),
        calling=top.read("calling", Calling(), read_calling),
        hotline=head.hotline,
        bookings=top.read("bookings", Bookings(), read_bookings),
        remote=top.read("remote", Remote(), lambda place: read_remote(place, known)),
        calendar=top.read("calendar", WorkCalendar(), read_calendar),
        ratings=top.read("ratings", Ratings(), read_ratings),
        cases=top.read("cases", Cases(), read_cases),
        entrance=top.read("entrance", Entrance(), read_entrance),
        directory=top.read("directory", Directory(), read_directory),
        lockers=top.each("lockers", lambda place: read_locker(place, known)),
        locker=top.read("locker", LockerRules(), read_locker_rules),
        audit=top.read("audit", AuditPlan(), read_audit),
        reports=top.read("reports", ReportPlan(), read_reports),
        interpreters=top.each("interpreters", read_interpreter),
        promises=top.read("promises", Promises(), read_promises),
        hard_cases=top.read("hard_cases", HardCases(), lambda place: read_hard_cases(place, known)),
    )


def _windows(top: Fields, known: Known, queues: tuple[Queue, ...]) -> tuple[WindowPlan, ...]:
    at = top.get("windows")
    return usual_windows(queues) if at is None else read_windows(at, known, queues)


def _rules(top: Fields, head: Head) -> Rules:
    rules = top.read("rules", Rules(), read_rules)
    return structs.replace(rules, lunch_duty=head.hours.lunch_duty, doors_open_min=head.doors_open_min)


def _catalogue(top: Fields, known: Known, usual: UsualPapers) -> _Catalogue:
    """Items with their papers, and every paper that the hall lists or an item needs."""
    own = {paper.id: paper for paper in top.each("papers", read_paper)}
    services = top.each("items", lambda place: _service(place, known, usual))
    needed = {paper for service in services for paper in service.materials}
    built_in = [paper for paper in usual.papers.values() if paper.id in needed - own.keys()]
    return _Catalogue(services=services, papers=(*own.values(), *built_in))


def _service(at: Place, known: Known, usual: UsualPapers) -> Service:
    service = read_service(at, known)
    return service if "materials" in at.pairs() else usual.complete(service)
