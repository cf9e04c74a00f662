"""The archive's database: SQLite in a file, or PostgreSQL by its URL; opened, brought up to date, understood."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0004"
"""The version of the tables that this program works with."""
BACKENDS = ("sqlite", "postgresql")
UPGRADE_LOCK = 4_729_001
"""Any number of our own: of two who begin at once, one upgrades."""
BUSY_S = 5
CONNECT_S = 5
POSTGRES_OPTIONS = {
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms: an address that swallows everything is given up
}


class ArchiveAway(Exception):
    """The archive cannot be used now. `trouble` is `away`, `full`, `damaged` or `newer`; the text is one line."""

    def __init__(self, trouble: str, said: str) -> None:
        super().__init__(said)
        self.trouble = trouble


class Archive:
    """One database. Connections are made when they are needed; nothing happens before."""

    def __init__(self, url: str, make: bool = True) -> None:
        """With `make` a SQLite file that is not there is made; without, it is not there."""
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise ArchiveAway("away", "this is no address of a database") from None
        if self.url.get_backend_name() not in BACKENDS:
            raise ArchiveAway("away", "the archive can be kept in SQLite or PostgreSQL")
        self._make = make
        self.engine = self._engine()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return Path(self.url.database or "")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions alone. Raises `ArchiveAway`."""
        with told(), self.engine.connect() as connection:
            self._check_file(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it or nothing. Raises `ArchiveAway`."""
        with told(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection
            self._check_file(connection)  # after the commit: nobody is to be told of what went into a file that is gone

    def version(self) -> str:
        """That of the tables; empty where there are none. Raises `ArchiveAway`."""
        with self.reading() as connection:
            return _version(connection)

    def is_empty(self) -> bool:
        """Whether nothing was ever archived there: no archiver has made the tables yet."""
        if self.is_sqlite and not self.file.exists():
            return True
        try:
            return not self.version()
        except ArchiveAway:
            return False

    def prepare(self) -> None:
        """Brings the tables up to this program's version. Raises `ArchiveAway`."""
        held = self.version()
        if held == HEAD:
            return
        if held not in ("", *_known_versions()):
            raise ArchiveAway("newer", f"the archive's tables are of version {held}, newer than this program")
        with self.writing() as connection:
            if not self.is_sqlite:  # which has let in only us
                connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
            if _version(connection) != HEAD:
                _upgrade(connection)

    def close(self) -> None:
        self.engine.dispose()

    def _check_file(self, connection: Connection) -> None:
        """SQLite goes on with a file that has no name any more; we do not. Who comes next is connected anew."""
        if not self.is_sqlite or connection.info["file"] == _identity(self.file):
            return
        connection.invalidate()
        self.engine.dispose()
        raise ArchiveAway("away", "the archive's file was removed or replaced while it was in use")

    def _make_file(self, _: Any, record: Any, *__: Any) -> None:
        """Before SQLite does: one that it made everybody could read. What goes with it (`-wal`) has the same mode."""
        if self._make:
            with suppress(FileExistsError):  # never opened here: closing it again would let go of SQLite's own locks
                os.close(os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        record.info["file"] = _identity(self.file)

    def _engine(self) -> Engine:
        try:
            if not self.is_sqlite:
                url = self.url.set(drivername="postgresql+psycopg")
                return create_engine(url, pool_pre_ping=True, pool_size=2, connect_args=POSTGRES_OPTIONS)
            mode = "rwc" if self._make else "rw"
            url = self.url.set(database=f"file:{quote(str(self.file))}", query={"mode": mode, "uri": "true"})
            engine = create_engine(url, connect_args={"timeout": BUSY_S})
        except (SQLAlchemyError, ImportError, ValueError, TypeError) as error:
            raise ArchiveAway("away", _line(error)) from None
        event.listen(engine, "do_connect", self._make_file)
        event.listen(engine, "connect", _tune)
        event.listen(engine, "begin", _begin)
        return engine


def _tune(connection: Any, _: Any) -> None:
    """Readers never wait for the writer; a commit is on disk before anybody is told of it."""
    connection.isolation_level = None  # transactions begin as we say, not as the driver guesses
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file has this name; None where none has."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', '')}")


def _version(connection: Connection) -> str:
    """The version of the tables; empty where there are none."""
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _known_versions() -> tuple[str, ...]:
    folder = files("ops.archive.migrations") / "versions"
    return tuple(entry.name[1:5] for entry in folder.iterdir() if entry.name.startswith("v"))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # takes a while to come, and is seldom needed

    command.upgrade(migrations(connection), "head")


def migrations(connection: Connection) -> "Config":
    """What Alembic's commands work with."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(files("ops.archive.migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _dialect(connection: Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Adds rows; those that are there already stay as they are."""
    if rows:
        connection.execute(_dialect(connection).insert(table).on_conflict_do_nothing(), rows)


def put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Adds rows, or puts them in the place of those with the same key."""
    if not rows:
        return
    added = _dialect(connection).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: added.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_=changed), rows)


@contextmanager
def told() -> Iterator[None]:
    """Any error of the database as `ArchiveAway`."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise ArchiveAway(_trouble(error), _line(error)) from error


def _line(error: BaseException) -> str:
    """What the database said, in one line; never the statement, never its address."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return str(said).strip().splitlines()[0][:200] if str(said).strip() else type(said).__name__


SIGNS = {
    "full": ("disk is full", "No space left", "could not extend file", "disk I/O error"),
    "damaged": ("malformed", "not a database"),
}


def _trouble(error: BaseException) -> str:
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    return next((trouble for trouble, signs in SIGNS.items() if any(sign in said for sign in signs)), "away")
