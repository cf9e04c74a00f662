"""A hall file, read whole: the hall, or every mistake in it."""

from msgspec import Struct

from queue_server.contract.hall_file.extends import Bases
from queue_server.contract.hall_file.mistakes import Log, Mistake
from queue_server.contract.hall_file.nodes import NotYaml, read_tree
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.whole import read_whole
from queue_server.domain.hall import Hall


class HallRead(Struct, frozen=True, kw_only=True):
    """Either a hall and no mistakes, or mistakes (by line) and no hall."""

    hall: Hall | None
    mistakes: tuple[Mistake, ...] = ()


def read_hall(written: str | bytes, bases: Bases | None = None) -> HallRead:
    """Reads a hall file, with what it `extends` out of `bases`. Never raises, whatever is written; finds all its
    mistakes in one run.
    """
    log = Log()
    text = written if isinstance(written, str) else _decoded(written, log)
    hall = _read(text, log, bases or Bases(_nowhere)) if text is not None else None
    mistakes = log.in_order()
    return HallRead(hall=None if mistakes else hall, mistakes=mistakes)


def _decoded(raw: bytes, log: Log) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        word = raw[error.start : error.start + 8].hex(" ")
        log.add(line, "", word, "these bytes are not UTF-8", "save the file in UTF-8")
        return None


def _nowhere(name: str) -> bytes:
    raise FileNotFoundError(name)


def _read(text: str, log: Log, bases: Bases) -> Hall | None:
    try:
        root = read_tree(text)
    except NotYaml as error:
        log.add(error.line, "", error.word, error.problem, error.suggestion)
        return None
    if root is None:
        log.add(1, "", "", "the file is empty", "begin with the demo hall in ops/demo/demo-hall.yaml")
        return None
    root = bases.whole(root, log)
    if root is None:
        return None
    return read_whole(Place(node=root, path="", log=log))
