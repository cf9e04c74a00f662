"""The ledger as workers read it, from SQL. What reads it is loaded by whoever asks first."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import structlog

from ops.archive.past import NONE
from queue_server.domain.refusals import Refusal
from queue_server.flows.ledger import Ledger, NoLedger, Page, Wanted

if TYPE_CHECKING:
    from ops.archive.database import Archive

log = structlog.get_logger()


def ledger_of(url: str) -> Ledger:
    """The ledger of the archive that is kept there."""
    return NoLedger() if url in ("", NONE) else SqlLedger(url)


class SqlLedger:
    """A `Ledger`. A database that hangs holds up those who ask for it, and nobody else."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._archive: Archive | None = None
        self._trouble = ""
        """What was wrong the last time: it is logged once."""

    async def page(self, hall: str, wanted: Wanted) -> Page:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._page, hall, wanted)

    def _page(self, hall: str, wanted: Wanted) -> Page:
        from ops.archive.database import Archive, ArchiveAway
        from ops.audit.looking import look

        try:
            if self._archive is None:
                self._archive = Archive(self._url, make=False)
            with self._archive.reading() as connection:
                page = look(connection, hall, wanted)
        except ArchiveAway as error:
            is_new = self._archive is not None and self._archive.is_empty()
            if self._trouble != error.trouble and not is_new:
                log.warning("the ledger cannot be read", trouble=error.trouble, said=str(error))
            self._trouble = "" if is_new else error.trouble
            raise Refusal("ARCHIVE_AWAY") from None
        self._trouble = ""
        return page
