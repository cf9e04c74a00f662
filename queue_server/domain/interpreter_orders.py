"""What may be asked of a hall about interpreters, and about the papers that a guide has looked at."""

from queue_server.domain.interpreting import Shift
from queue_server.domain.orders import Order


class KeepInterpreter(Order, frozen=True, kw_only=True):
    """Someone for the roster; `interpreter` is empty for who is new there."""

    interpreter: str
    name: str
    languages: tuple[str, ...]
    phone: str
    shifts: tuple[Shift, ...]
    account: str = ""


class PlanInterpreters(Order, frozen=True, kw_only=True):
    """Those of the hall file, as (id, name, languages, phone, shifts, account) each; a line counts once."""

    rows: tuple[tuple[str, str, tuple[str, ...], str, tuple[Shift, ...], str], ...]


class OnInterpreter(Order, frozen=True, kw_only=True):
    """Off the roster."""

    interpreter: str


class SetDuty(OnInterpreter, frozen=True, kw_only=True):
    """Comes on duty, or goes. `gently` is 1 where the one they are with now is seen to the end first."""

    duty: int
    gently: int = 0


class AskInterpreter(Order, frozen=True, kw_only=True):
    ticket: str
    language: str
    channel: str


class ForTicket(Order, frozen=True, kw_only=True):
    """The visitor does without."""

    ticket: str


class AssignInterpreter(ForTicket, frozen=True, kw_only=True):
    """By hand, whatever they speak."""

    interpreter: str


class NoteInterpreting(ForTicket, frozen=True, kw_only=True):
    note: str


class MatchInterpreters(Order, frozen=True, kw_only=True):
    """Whoever is free goes to who needs them: those whose turn has come, then those with fewer than `near` ahead."""

    near: int


class CheckPapers(ForTicket, frozen=True, kw_only=True):
    """What a guide saw of a visitor's papers: the ids of those that are missing."""

    missing: tuple[str, ...]
