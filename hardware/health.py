"""How a device is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A device's own report. `code` is empty while it works; `warnings` (such as PAPER_LOW) do not stop it."""

    ok: bool = True
    code: str = ""
    warnings: tuple[str, ...] = ()
    facts: dict[str, str | int] = field(default_factory=dict)


WELL = Health()
