"""Files that calls answer with: whole, or sent on while they are made."""

import structlog
from aiohttp import web

from queue_server.domain.refusals import Refusal
from queue_server.store.asking import StoreDown
from queue_server.web.route import Lines

log = structlog.get_logger()


async def send(request: web.Request, status: int, file: Lines, headers: dict[str, str]) -> web.StreamResponse:
    """The file as an answer."""
    if file.name:
        headers = headers | {"Content-Disposition": f'attachment; filename="{file.name}"'}
    if file.rest is None:
        return web.Response(body=file.body, status=status, content_type=file.type, headers=headers)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_type = file.type
    await response.prepare(request)
    try:
        await response.write(file.body)
        async for part in file.rest:
            await response.write(part)
        await response.write_eof()
    except ConnectionResetError:
        pass  # nobody reads any more
    except (Refusal, StoreDown) as error:
        log.warning("a file was broken off", name=file.name, why=str(error))
        if request.transport is not None:
            request.transport.abort()  # so that nobody takes half of it for all
    return response
