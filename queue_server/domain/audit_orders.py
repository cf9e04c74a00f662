"""The order that puts into the ledger what changes nothing in a hall."""

from queue_server.domain.orders import Order


class NoteAct(Order, frozen=True, kw_only=True):
    """Somebody did something that no other act tells of. `facts` are names of `FACTS` and values, in turn."""

    facts: tuple[str | int, ...]
    window: int = 0
    staff: str = ""
