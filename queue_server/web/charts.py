"""`/cockpit/HALL/charts/NAME.svg`: the cockpit's charts, for managers alone."""

from aiohttp import web

from queue_server.domain.refusals import Refusal
from queue_server.flows import pictures
from queue_server.flows.pictures import Sitting
from queue_server.flows.running import RunningHall
from queue_server.languages import Words
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth, check
from queue_server.web.context import SERVICES, language_of
from queue_server.web.endpoint import as_problem
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS

EXPECTED = {"wait": pictures.wait, "waiting": pictures.waiting}
OF_THE_DAY = {"day-waiting": pictures.day_waiting, "day-issued": pictures.day_issued}
MOST_PX = 2000
WIDTH, HEIGHT = 640, 240
LEAST_PX = 120
KEPT = {"Cache-Control": "private, max-age=5", "Vary": "Accept-Language, Cookie", "X-Content-Type-Options": "nosniff"}


class Charts:
    """Draws them from what this worker knows."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A chart, in the language and of the size that was asked for."""
        try:
            running = self._running(request)
            check(await self._auth.caller(request), MANAGERS, running.hall.id, 0, "")
            await running.caught_up()
            picture = await self._drawn(request, running)
        except (Refusal, StoreDown) as error:
            return as_problem(request, error)
        return web.Response(text=picture, content_type="image/svg+xml", headers=KEPT)

    def _running(self, request: web.Request) -> RunningHall:
        hall = request.match_info["hall"]
        running = request.app[SERVICES].halls.get(hall)
        if running is None:
            raise Refusal("NO_SUCH_HALL", {"hall": hall})
        return running

    async def _drawn(self, request: web.Request, running: RunningHall) -> str:
        services, name, queue = request.app[SERVICES], request.match_info["chart"], request.query.get("queue", "")
        at, sitting = services.clock(), sitting_of(request)
        if name in OF_THE_DAY:
            return OF_THE_DAY[name](running, await services.usual.usual(running), sitting, at)
        if name not in EXPECTED:
            raise Refusal("NO_SUCH_PAGE", {"path": request.path})
        if queue and queue not in running.hall.queue_by_id:
            raise Refusal("NO_SUCH_QUEUE", {"queue": queue})
        drawn = EXPECTED[name](running, queue, sitting, at)
        if drawn is None:
            raise Refusal("FORECAST_AWAY")
        return drawn


def sitting_of(request: web.Request) -> Sitting:
    """Whose language a picture is drawn in, and how large."""
    width = max(whole(request.query, "width", MOST_PX, WIDTH), LEAST_PX)
    height = max(whole(request.query, "height", MOST_PX, HEIGHT), LEAST_PX)
    return Sitting(words=Words(language_of(request)), width=width, height=height)
