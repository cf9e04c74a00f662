"""Tells the owners of cases what they should know, once each, by the hall's channels."""

from queue_server.domain.case_news import News, contacts_of, news_of
from queue_server.domain.messages import Contact, Message
from queue_server.domain.rating import CaseRecord
from queue_server.domain.rating_orders import CaseTold
from queue_server.domain.rules import CaseContact
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.codes import as_dialled
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Outbox
from queue_server.flows.ratings import Kept
from queue_server.flows.seals import short_digest
from queue_server.languages import Words

LOOK_MS = 30_000
"""How often it is looked what is due: time alone tells no event."""
WORTH_MS = 24 * 3_600_000


class CaseNews:
    """A step of each hall's care. What is told has an id of its own, so that a second worker tells nothing twice."""

    def __init__(self, acting: Acting, kept: Kept, contacts: Contacts, outbox: Outbox) -> None:
        self._acting = acting
        self._kept = kept
        self._contacts = contacts
        self._outbox = outbox
        self._looked: dict[str, tuple[int, int]] = {}

    async def tell(self, ask: Ask) -> None:
        """Tells what is new, soon after a case changed and now and then; nothing where the hall names nobody."""
        running, now = ask.running, self._acting.clock()
        if not running.hall.cases.tell:
            return
        seen_at, seen = self._looked.get(running.hall.id, (0, -1))
        changed = running.live.case_version
        if changed == seen and 0 <= now - seen_at < LOOK_MS:
            return
        for case, record in await self._kept.open_cases(running.hall.id):
            found = news_of(running.hall, record, now)
            if found:
                await self._tell(ask, case, record, found)
        self._looked[running.hall.id] = (now, changed)

    async def _tell(self, ask: Ask, case: str, record: CaseRecord, found: list[News]) -> None:
        """Handed in before it is noted: what a crash leaves without its note is handed in again, and known.

        Known by what it says, too: a case may be handed over before the note that its first owner was told.
        """
        hall, known = ask.running.hall, len(record.news)
        people = contacts_of(hall, record.owner)
        await self._outbox.post(
            hall.id,
            [
                self._message(
                    ask, case, record, row, f"{case}-{known + at}-{short_digest(row.mark.encode())[:8]}-{one}", contact
                )
                for at, row in enumerate(found)
                for one, contact in enumerate(people)
            ],
        )
        marks = tuple(row.mark for row in found)
        order = CaseTold(**self._acting.common(ask), case=case, heard=known, news=marks)
        await self._acting.act(ask, "case_told", order)

    def _message(self, ask: Ask, case: str, record: CaseRecord, row: News, name: str, contact: CaseContact) -> Message:
        """In words that say nothing of what a visitor wrote."""
        words, at = Words(contact.language), self._acting.clock()
        steps = "next_project" if record.kind == "project" else "next"
        return Message(
            id=f"case-{name}",
            to=(self._contacts.seal(_reached(contact.to)),),
            template=row.template,
            language=contact.language,
            facts={
                "case": case, "kind": words.say(f"cases.kind.{record.kind}"),
                "step": words.say(f"cases.{steps}.{record.status}"), "until_at": record.due_at - 1, "at": at,
            },
            at=at,
            not_after=at + WORTH_MS,
            page=f"/cockpit/{ask.running.hall.id}#cases",
        )  # fmt: skip


def _reached(to: str) -> Contact:
    return Contact(mail=to) if "@" in to else Contact(phone=as_dialled(to))
