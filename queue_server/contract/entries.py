"""Where a ticket's visitor waits while a zone is full."""

from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer


class Entry(Answer, frozen=True, kw_only=True):
    """`state` is `outside` before a full zone, `come_in` from the wave that lets one in until `until_at`."""

    zone: str
    state: str
    ahead: int | UnsetType = UNSET
    """How many outside come in before."""
    until_at: str | UnsetType = UNSET
