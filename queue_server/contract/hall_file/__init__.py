"""Hall files: YAML that an administrator writes, read strictly, with every mistake said in one run."""

from queue_server.contract.hall_file.extends import Bases
from queue_server.contract.hall_file.mistakes import Mistake
from queue_server.contract.hall_file.reader import HallRead, read_hall

__all__ = ["Bases", "HallRead", "Mistake", "read_hall"]
