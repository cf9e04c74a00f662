"""Reports: whether they may name who served, and to whom they go by themselves: `reports`."""

import re

from queue_server.contract.hall_file.fields import Fields, fields
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import LANGUAGES
from queue_server.domain.report import ReportMail, ReportPlan

EVERY = ("day", "week", "month")
MAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")


def read_reports(at: Place) -> ReportPlan:
    """What the file leaves out keeps its default: no names, no mail."""
    found = fields(at, (), ("staff", "mail"))
    return ReportPlan(staff=found.truth("staff"), mail=found.each("mail", _mail))


def _mail(at: Place) -> ReportMail:
    usual = ReportMail(to="")
    found = fields(at, ("to",), ("every", "at", "language"))
    return ReportMail(
        to=found.read("to", "", _address),
        every=found.choice("every", EVERY, "span", usual.every),
        at_min=_minute(found, usual.at_min),
        language=found.choice("language", LANGUAGES, "language", usual.language),
    )


def _address(at: Place) -> str:
    text = at.text()
    if text and not MAIL.fullmatch(text):
        at.wrong("this is no mail address", "write one like office@example.org")
    return text


def _minute(found: Fields, default: int) -> int:
    at = found.get("at")
    minute = at.clock() if at else None
    return default if minute is None else minute
