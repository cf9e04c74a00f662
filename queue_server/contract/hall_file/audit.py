"""How long the ledger of who did what is kept: `audit`."""

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.place import Place
from queue_server.domain.audit import AuditPlan

KEEP_DAYS = (90, 3660)
"""As long as a complaint may take at least."""


def read_audit(at: Place) -> AuditPlan:
    """What the file leaves out keeps its default."""
    return AuditPlan(keep_days=fields(at, (), ("keep_days",)).whole("keep_days", *KEEP_DAYS, AuditPlan().keep_days))
