"""`greenwave restore`: a backup becomes a data folder, all of it or nothing.

The store in it knows less than visitors hold on paper. So what was promised is noted as more than the backup knew of:
at its start the hall skips past every number that may have been given since (decision 10).
"""

import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from rich.console import Console
from rich.progress import wrap_file

from ops.archive.copies import put_store_back, restore_postgres
from ops.archive.database import Archive
from ops.archive.manifest import (
    NAME,
    PLAIN,
    POSTGRES,
    SQLITE,
    STORE,
    HallNumbers,
    Manifest,
    member,
    read_manifest,
)
from ops.archive.reaching import Hopeless, answers, has_archive
from queue_server.settings import Settings
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.promises import Promised

LARGEST_MANIFEST = 4 * 1024 * 1024
BEYOND = 2**53
"""No stream comes to this position: so the store is taken for one that went back."""
DAMAGED = (tarfile.TarError, zlib.error, EOFError, msgspec.MsgspecError, ValueError, ZoneInfoNotFoundError)


def restore(settings: Settings, file: Path, now: int) -> Manifest:
    """`now` is in ms since the epoch. Raises `Hopeless`, `ArchiveAway` or OSError: then the folder is as it was."""
    data = settings.data.absolute()
    _refuse_used(data)
    stage = data.with_name(f".{data.name}.restoring")
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True, mode=0o700)
    try:
        with _whole(file):
            manifest = _unpack(file, stage)
            _promise(stage / "promises.json", manifest, now)
        put_store_back(stage / STORE, stage / "store")
        _put_archive_back(settings, stage)
        if data.is_dir():
            data.rmdir()  # empty, or it would have been refused
        stage.rename(data)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return manifest


def _refuse_used(data: Path) -> None:
    if not data.exists():
        return
    if not data.is_dir():
        raise Hopeless(f"{data} is no folder")
    if answers(EmbeddedStore(data)):
        raise Hopeless(f"a hall runs on {data}: stop it, and move its folder away")
    if any(data.iterdir()):
        raise Hopeless(f"{data} is not empty: move it away, or give another --data")


@contextmanager
def _whole(file: Path) -> Iterator[None]:
    """Whatever its content makes fail is told of the file."""
    try:
        yield
    except DAMAGED as error:
        raise Hopeless(f"{file} is damaged, or no backup: {str(error)[:100] or type(error).__name__}") from None


def _unpack(file: Path, stage: Path) -> Manifest:
    """Checks everything against the manifest before anything is used."""
    with tarfile.open(file, "r:gz") as tar:
        manifest = _manifest(tar)
        for name, wanted in manifest.files.items():
            _extract(tar, name, stage)
            if member(stage / name) != wanted:
                raise Hopeless(f"{file} is damaged: `{name}` is not what was backed up")
    if STORE not in manifest.files:
        raise Hopeless(f"{file} has no store in it")
    return manifest


def manifest_of(file: Path) -> Manifest:
    """What a backup says of itself. Raises `Hopeless` and OSError."""
    with _whole(file), tarfile.open(file, "r:gz") as tar:
        return _manifest(tar)


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    text = tar.extractfile(first) if first is not None and first.name == NAME else None
    if text is None:
        raise tarfile.ReadError("it does not begin with what it holds")
    manifest = read_manifest(text.read(LARGEST_MANIFEST))
    if manifest.is_newer:
        raise Hopeless(f"the backup was made by a newer Greenwave ({manifest.greenwave}): upgrade this one first")
    if strange := set(manifest.files) - {*PLAIN, STORE, SQLITE, POSTGRES}:
        raise tarfile.ReadError(f"nobody knows what `{min(strange)[:40]}` is")
    return manifest


def _extract(tar: tarfile.TarFile, name: str, stage: Path) -> None:
    try:
        source = tar.extractfile(name)
    except KeyError:
        source = None
    if source is None:
        raise tarfile.ReadError(f"`{name}` is missing")
    target = stage / name
    target.touch(mode=0o600)
    console = Console(stderr=True)
    is_alone = not console.is_terminal  # nobody looks on
    told = wrap_file(
        cast(BinaryIO, source), tar.getmember(name).size, description=name, console=console, transient=True,
        disable=is_alone,
    )  # fmt: skip
    with target.open("wb") as file, told as read:
        shutil.copyfileobj(read, file)


def _promise(path: Path, manifest: Manifest, now: int) -> None:
    """Notes for today, of every queue, at least what it gives on its busiest day: 500 more are skipped beside."""
    known = msgspec.json.decode(path.read_bytes(), type=dict[str, Promised]) if path.is_file() else {}
    promised = {hall: _numbers(known.get(hall, Promised()), numbers, now) for hall, numbers in manifest.halls.items()}
    path.write_bytes(msgspec.json.encode({**known, **promised}))


def _numbers(known: Promised, numbers: HallNumbers, now: int) -> Promised:
    today = datetime.fromtimestamp(now / 1000, ZoneInfo(numbers.timezone)).strftime("%y%m%d")
    counters = known.numbers.keys() | numbers.busiest.keys()
    most = {name: max(known.numbers.get(name, 0), numbers.busiest.get(name, 0)) for name in counters}
    return Promised(day=today, position=BEYOND, numbers=most)


def _put_archive_back(settings: Settings, stage: Path) -> None:
    """Where the settings have it; in the data folder itself it stays where it is."""
    if not has_archive(settings):
        return
    archive = Archive(settings.archive)
    if archive.is_sqlite and (stage / SQLITE).is_file():
        if archive.file == settings.data.absolute() / SQLITE:
            return
        if archive.file.exists():
            raise Hopeless(f"{archive.file} is there already: move it away")
        shutil.move(stage / SQLITE, archive.file)
    elif not archive.is_sqlite and (stage / POSTGRES).is_file():
        restore_postgres(archive, stage / POSTGRES)
        (stage / POSTGRES).unlink()
    elif (stage / SQLITE).is_file() or (stage / POSTGRES).is_file():
        raise Hopeless("the backup's archive is of another kind of database: give the --archive that fits it")
