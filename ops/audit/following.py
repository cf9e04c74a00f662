"""`greenwave audit verify` and `head`: whether a ledger is what was written, and where it stands."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from ops.archive.audit import follow, has_ledger, head_at, known
from ops.archive.database import Archive
from ops.archive.files import passing
from ops.archive.halls import kept_halls
from ops.archive.reaching import Hopeless, has_archive
from ops.archive.restore import manifest_of
from ops.audit.wording import broken, whole
from queue_server.domain.audit import Head
from queue_server.settings import Settings


class Verdict(Struct, frozen=True, kw_only=True):
    """What was found of one hall."""

    line: str
    holds: bool


def opened(settings: Settings) -> Archive:
    """The archive, with a ledger in it. Raises `Hopeless` and `ArchiveAway`."""
    if not has_archive(settings):
        raise Hopeless("there is no archive, so there is no ledger: --archive is none:")
    archive = Archive(settings.archive, make=False)
    if not has_ledger(archive):
        raise Hopeless("the archive has no ledger yet: start the server once with this version of Greenwave")
    return archive


def chosen(archive: Archive, hall: str) -> list[str]:
    """The halls that are asked for: one, or all. Raises `Hopeless` for one that is not there."""
    halls = list(kept_halls(archive))
    if hall and hall not in halls:
        raise Hopeless(f"there is no hall `{hall}`; there are {', '.join(halls) or 'none'}")
    return [hall] if hall else halls


def verify(settings: Settings, hall: str, heads: dict[str, list[Head]]) -> Iterator[Verdict]:
    """Each hall in turn; `heads` are those that were kept elsewhere. Raises `Hopeless` and `ArchiveAway`."""
    archive = opened(settings)
    for one in chosen(archive, hall):
        with archive.reading() as connection:
            begun, head, found = follow(connection, one, partial(passing, f"{one}: entries"))
            if found is not None:
                yield Verdict(line=broken(one, head, found), holds=False)
                continue
            yield Verdict(line=whole(one, begun, head), holds=True)
            for told in heads.get(one, []):
                yield _against(one, told, begun, head, known(connection, one, told.n))


def _against(hall: str, told: Head, begun: Head, head: Head, found: Head | None) -> Verdict:
    """A head that was kept elsewhere beside what stands there now."""
    if told.n < begun.n:
        return Verdict(line=f"{hall}: entry {told.n:,} has left by its rule, so its head tells nothing", holds=True)
    if told.n > head.n:
        line = f"{hall}: the ledger ends at entry {head.n:,}, but reached {told.n:,} once: its end was cut off"
        return Verdict(line=line, holds=False)
    if found is None or found.hash != told.hash:
        line = f"{hall}: up to entry {told.n:,} the ledger is another one than it was: it was written anew"
        return Verdict(line=line, holds=False)
    return Verdict(line=f"{hall}: up to entry {told.n:,} the ledger is what it was", holds=True)


def heads(settings: Settings, hall: str) -> dict[str, Head]:
    """Where the ledgers stand. Raises `Hopeless` and `ArchiveAway`."""
    archive = opened(settings)
    with archive.reading() as connection:
        return {one: head_at(connection, one) for one in chosen(archive, hall)}


def head_written(text: str) -> Head | None:
    """A head as `head` prints it, `N:DIGEST`; None for what is none."""
    n, _, digest = text.partition(":")
    is_one = n.isascii() and n.isdigit() and len(n) <= 15 and len(digest) == 64
    if not is_one or any(letter not in "0123456789abcdef" for letter in digest):
        return None
    return Head(n=int(n), hash=digest)


def heads_of_backup(file: Path) -> dict[str, list[Head]]:
    """The heads that a backup noted. Raises `Hopeless` and OSError."""
    return {hall: [head] for hall, head in manifest_of(file).audit.items()}
