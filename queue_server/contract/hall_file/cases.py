"""Cases: who is told what becomes of them, and how long each step of a large project takes: `cases`."""

import re

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.ratings import LONGEST_NAME
from queue_server.contract.hall_file.words import LANGUAGES
from queue_server.domain.rules import CaseContact, Cases

REACHED = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}|\+?[0-9][0-9 -]{4,30}")
MOST_DAYS = 250


def read_cases(at: Place) -> Cases:
    """What the file leaves out keeps its default: nobody is told."""
    found = fields(at, (), ("tell", "project_days"))
    days = found.whole("project_days", 0, MOST_DAYS, Cases().project_days)
    return Cases(tell=found.each("tell", _contact), project_days=days)


def _contact(at: Place) -> CaseContact:
    usual = CaseContact(to="")
    found = fields(at, ("to",), ("owner", "language"))
    owner = found.text("owner")
    place = found.get("owner")
    if place is not None and len(owner) > LONGEST_NAME:
        place.wrong(f"a name has at most {LONGEST_NAME} characters", "shorten it")
    return CaseContact(
        to=found.read("to", "", _reached),
        owner=owner,
        language=found.choice("language", LANGUAGES, "language", usual.language),
    )


def _reached(at: Place) -> str:
    text = at.text()
    if text and not REACHED.fullmatch(text):
        at.wrong("this is neither a mail address nor a phone number", "write one like office@example.org")
    return text
