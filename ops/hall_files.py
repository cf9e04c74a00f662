"""Hall files of a folder, a district's hundreds among them, read with what they extend."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track

from queue_server.contract.hall_file import Bases, HallRead, Mistake, read_hall
from queue_server.domain.hall import Hall

MANY = 20
"""From so many files on, a bar says how far their reading is."""


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Files as they are named; of a folder every `*.yaml` in order, but for those named `_...`: they are bases."""
    found: list[Path] = []
    for path in paths:
        found += sorted(file for file in path.glob("*.yaml") if file.name[0] != "_") if path.is_dir() else [path]
    return found


def read_files(paths: Iterable[Path]) -> Iterator[tuple[Path, HallRead]]:
    """Each file with what it holds, or what is wrong with it; a base is read once for all halls of its folder."""
    files = files_of(paths)
    bases = {folder: Bases(lambda name, folder=folder: (folder / name).read_bytes()) for folder in _folders(files)}  # type: ignore[misc]
    shown = track(files, "hall files", console=Console(stderr=True), transient=True, disable=len(files) < MANY)
    for file in shown:
        yield file, read_hall(file.read_bytes(), bases[file.parent])


def _folders(files: list[Path]) -> set[Path]:
    return {file.parent for file in files}


def describe(path: Path, mistake: Mistake) -> str:
    """A mistake as compilers say it: file, line, what, and what to do."""
    file = path.parent / mistake.file if mistake.file else path
    place = f"{mistake.path}: " if mistake.path else ""
    word = f" (`{mistake.word}`)" if mistake.word else ""
    return f"{file}:{mistake.line}: {place}{mistake.problem}{word}; {mistake.suggestion}"


def same_ids(read: Iterable[tuple[Path, Hall]]) -> list[str]:
    """What is wrong with several files that name one hall."""
    first: dict[str, Path] = {}
    lines = []
    for path, hall in read:
        if hall.id in first:
            lines.append(f"{path}: the hall {hall.id} stands in {first[hall.id]} already; give it another id")
        first.setdefault(hall.id, path)
    return lines
