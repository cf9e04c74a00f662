"""Papers for items that name none: built in, so that every visitor hears what to bring."""

from importlib.resources import files

from msgspec import Struct, structs

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.mistakes import Log
from queue_server.contract.hall_file.nodes import Mapping, read_tree
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.services import read_paper
from queue_server.domain.hall import SELF_SERVICE, Paper, Service


class UsualPapers(Struct, frozen=True, kw_only=True):
    """Papers that every hall knows, and which of them an item of each kind usually needs."""

    papers: dict[str, Paper]
    by_kind: dict[str, tuple[str, ...]]

    def complete(self, service: Service) -> Service:
        """The item with the usual papers of its kind."""
        return structs.replace(service, materials=self.by_kind[_kind(service)])


def usual_papers() -> UsualPapers:
    text = files(__package__).joinpath("papers.yaml").read_text("utf-8")
    root = read_tree(text) or Mapping(pairs=(), line=1, size=1)
    found = fields(Place(node=root, path="", log=Log()), ("papers", "usual"))
    papers = {paper.id: paper for paper in found.each("papers", read_paper)}
    kinds = found.by_key["usual"].pairs()
    by_kind = {kind: place.choices(papers, "paper") for kind, place in kinds.items()}
    return UsualPapers(papers=papers, by_kind=by_kind)


def _kind(service: Service) -> str:
    """The first kind that fits: an enquiry needs nothing, then an identity card alone, then who comes."""
    flags = set(service.flags)
    if service.promise == "n/a":
        return "enquiry"
    if "instantauto" in flags and service.who == "any":
        return "card_or_licence"
    if "onecard" in flags or (service.queue == SELF_SERVICE and service.who == "person"):
        return "card_alone"
    if service.who == "org":
        return "organisation"
    if service.who == "any":
        return "anyone"
    return "interpreted" if "interp" in flags else "person"
