"""What a visitor asks for at the kiosk."""

from typing import Annotated

from msgspec import Meta, Struct

from queue_server.contract.asks import Id, Language


class TakeTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page (or anything else on this machine) asks for. `card` names a card just read.

    With `services` or a `journey` it is a visit of several stops; `service` then says nothing.
    """

    service: Annotated[str, Meta(max_length=64)] = ""
    services: Annotated[tuple[Id, ...], Meta(max_length=10)] = ()
    journey: Annotated[str, Meta(max_length=64)] = ""
    language: Language = "zh"
    priority: Id = "normal"
    voice: bool = False
    insist: bool = False
    card: Annotated[str, Meta(max_length=32)] = ""
