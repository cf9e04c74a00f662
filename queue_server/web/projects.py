"""Large projects (一条龙专窗): opened for an officer, visited with a code."""

from queue_server.contract import answers, projects
from queue_server.flows.projects import Visit
from queue_server.web.context import At
from queue_server.web.route import ANYONE, DESKS, Answered, Route

PATH = "/halls/{hall}/projects"
VISIT = (
    "NO_SUCH_PROJECT", "OFFICER_AWAY", "ALREADY_WAITING", "HALL_CLOSED", "LAST_TICKETS_GONE", "TOO_MANY",
    "POSITION_NEEDED", "TOO_FAR",
)  # fmt: skip
"""What may be said to who comes with a project's code."""


async def listed(at: At) -> Answered:
    return 200, await at.services.projects.listed(at.ask)


async def open_project(at: At) -> Answered:
    return 201, await at.services.projects.open(at.ask, at.asked(projects.OpenProject))


async def visit(at: At) -> Answered:
    wanted = at.asked(projects.VisitProject)
    coming = Visit(
        code=wanted.code, channel=wanted.channel, priority=wanted.priority, language=wanted.language,
        voice=wanted.voice, position=wanted.position,
    )  # fmt: skip
    return 201, await at.services.projects.visit(at.ask, coming, at.origin)


ROUTES = (
    Route(
        method="GET", path=PATH, handler=listed, roles=DESKS, answers={200: projects.Projects}, noted="projects",
        about="Projects that have not ended, with the codes of their applicants and their visits.",
    ),
    Route(
        method="POST", path=PATH, handler=open_project, roles=DESKS, body=projects.OpenProject,
        answers={201: projects.Project}, refusals=("NO_SUCH_WINDOW", "NO_SUCH_SERVICE", "CODE_TAKEN", "INVALID"),
        about="Give a large project to an officer at one window. Its steps are those of a case of the kind `project`.",
    ),
    Route(
        method="POST", path=f"{PATH}/visit", handler=visit, roles=ANYONE, body=projects.VisitProject,
        answers={201: answers.Ticket}, refusals=(*VISIT, "INVALID"),
        about=(
            "Come with a project's code: a ticket for its officer's window. `kiosk` and `desk` need their device's"
            " token."
        ),
    ),
)  # fmt: skip
