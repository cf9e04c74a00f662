"""Hall files as the archive keeps them."""

import msgspec
from sqlalchemy import select

from ops.archive.database import Archive, put
from ops.archive.tables import halls
from queue_server.domain.hall import Hall

_decode = msgspec.json.Decoder(Hall).decode


def keep_hall(archive: Archive, hall: Hall) -> None:
    """Raises `ArchiveAway`."""
    with archive.writing() as connection:
        put(connection, halls, [{"hall": hall.id, "document": msgspec.json.encode(hall)}])


def kept_halls(archive: Archive) -> dict[str, Hall]:
    """By id. Raises `ArchiveAway`."""
    with archive.reading() as connection:
        return {row.hall: _decode(row.document) for row in connection.execute(select(halls).order_by(halls.c.hall))}
