-- What a hall keeps of promises that outlive a visit: papers still to come, a result, a decision. See domain/promise.py.
--   P:pm    hash   promise id (P-YYMMDD-N) -> packed promise that stands;  P:pe  hash  the same of those that have ended
--   P:pd    zset   ids of those that stand by the moment they are due: the hall's own;  P:pv  zset  those of visitors
--   P:pr    zset   ids by the moment of their next reminder;               P:px  zset  ids of the ended, by when they ended
--   P:pt    hash   TICKET:STOP -> the promise made there
--   P:pc    hash   id -> packed list of sealed contacts, as long as it stands

local promises = {}

do
  local KEEP_ENDED_MS, FORGOTTEN_MS, OWED_MS, AT_ONCE = 30 * 86400000, 30 * 86400000, 180 * 86400000, 5000
  local LOOK = '^P%-%d+%-%d+$'

  local function stop_key(promise)
    return promise.ticket .. ':' .. promise.stop
  end

  local function due_key(hall, promise)
    return hall.p .. (promise.kind == PROMISES.papers and ':pv' or ':pd')
  end

  local function remind_next(hall, promise)
    local first = promise.reminders[1]
    if first then redis.call('ZADD', hall.p .. ':pr', first[2], promise.id)
    else redis.call('ZREM', hall.p .. ':pr', promise.id) end
  end

  function promises.keep(hall, promise)
    redis.call('HSET', hall.p .. ':pm', promise.id, pack(promise, PROMISES.record))
    remind_next(hall, promise)
  end

  -- As `emit` takes a ticket and a window: what a promise is about. It moves neither.
  local function told_of(promise)
    return { id = promise.ticket, number = promise.number, queue = promise.queue, service = promise.service },
      { window = promise.window, staff = promise.staff }
  end

  -- What a promise will be about, from a ticket that is served at a window.
  function promises.about(ticket, window)
    return {
      ticket = ticket.id, stop = ticket.stop, number = ticket.number, queue = ticket.queue, service = ticket.service,
      window = window.window, staff = ticket.served_by, language = ticket.language, person = ticket.person,
    }
  end

  function promises.make(hall, promise, pledge)
    promise.id = 'P-' .. hall.day .. '-' .. redis.call('HINCRBY', hall.p .. ':gw', 'P#', 1)
    promise.kind, promise.status, promise.due_at = pledge.kind, 'open', pledge.due_at
    promise.papers, promise.note, promise.reminders = pledge.papers, pledge.note, pledge.reminders
    promise.made_at, promise.ended_at, promise.by, promise.ended_by, promise.remark = hall.at, 0, hall.actor, '', ''
    promises.keep(hall, promise)
    redis.call('ZADD', due_key(hall, promise), promise.due_at, promise.id)
    redis.call('HSET', hall.p .. ':pt', stop_key(promise), promise.id)
    local contacts = redis.call('HGET', hall.p .. ':c', promise.ticket)
    if contacts then redis.call('HSET', hall.p .. ':pc', promise.id, contacts) end
    local ticket, window = told_of(promise)
    emit(hall, 'PromiseMade', ticket, window, { 'promise', promise.id, 'kind', promise.kind, 'due_at', promise.due_at })
  end

  function promises.load(hall, id)
    if not string.match(id, LOOK) then return nil end
    local raw = redis.call('HGET', hall.p .. ':pm', id) or redis.call('HGET', hall.p .. ':pe', id)
    if not raw then return nil end
    local promise = unpack_record(raw, PROMISES.record)
    promise.id = id
    return promise
  end

  -- A promise comes to its end, and with it what was kept of how to reach its visitor.
  function promises.finish(hall, promise, status, remark)
    promise.status, promise.ended_at, promise.ended_by, promise.remark = status, hall.at, hall.actor, remark
    promise.reminders = {}
    redis.call('ZREM', due_key(hall, promise), promise.id)
    redis.call('ZREM', hall.p .. ':pr', promise.id)
    redis.call('HDEL', hall.p .. ':pm', promise.id)
    redis.call('HDEL', hall.p .. ':pc', promise.id)
    redis.call('HSET', hall.p .. ':pe', promise.id, pack(promise, PROMISES.record))
    redis.call('ZADD', hall.p .. ':px', hall.at, promise.id)
    local ticket, window = told_of(promise)
    emit(hall, 'PromiseChanged', ticket, window, { 'promise', promise.id, 'kind', promise.kind, 'to', status })
  end

  -- The promise that was made with a stop, or nil.
  function promises.at_stop(hall, ticket, stop)
    local id = redis.call('HGET', hall.p .. ':pt', ticket .. ':' .. stop)
    return id and promises.load(hall, id)
  end

  -- The finish of a stop was taken back.
  function promises.unmade(hall, ticket, stop)
    local promise = promises.at_stop(hall, ticket, stop)
    if not promise or promise.ended_at > 0 then return end
    promises.finish(hall, promise, 'withdrawn', '')
    redis.call('HDEL', hall.p .. ':pt', stop_key(promise))
  end

  local function give_up(hall, key, waited_ms)
    local overdue = redis.call('ZRANGEBYSCORE', hall.p .. key, '-inf', hall.at - waited_ms, 'LIMIT', 0, AT_ONCE)
    for _, id in ipairs(overdue) do promises.finish(hall, promises.load(hall, id), 'broken', '') end
  end

  -- Promises that ended thirty days ago are forgotten, told as PromiseChanged {to = purged}; papers that nobody brought
  -- for thirty days are not waited for any more, nor what the hall owed for half a year and nobody marked.
  function promises.purge(hall)
    give_up(hall, ':pv', FORGOTTEN_MS)
    give_up(hall, ':pd', OWED_MS)
    local old = redis.call('ZRANGEBYSCORE', hall.p .. ':px', '-inf', hall.at - KEEP_ENDED_MS, 'LIMIT', 0, AT_ONCE)
    for _, id in ipairs(old) do
      local promise = promises.load(hall, id)
      redis.call('HDEL', hall.p .. ':pe', id)
      redis.call('ZREM', hall.p .. ':px', id)
      if redis.call('HGET', hall.p .. ':pt', stop_key(promise)) == id then
        redis.call('HDEL', hall.p .. ':pt', stop_key(promise))
      end
      emit(hall, 'PromiseChanged', nil, nil, { 'promise', id, 'to', 'purged' })
    end
  end
end
