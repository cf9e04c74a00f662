-- What a hall keeps of finished stops, so that they can be rated, and of the cases that come of it.
--   P:g:D   hash   TICKET:STOP -> packed stop with its rating, of tickets of day D, until the day after D ends. A stop that
--                  nobody rated stands here only where its ticket went on to the next; else the ticket itself knows it.
--   P:gw    hash   window -> packed { ticket, stop }: what it finished last, today; `#` -> how many cases began today
--   P:gc    hash   case id (C-YYMMDD-N) -> packed case that has not ended;  P:gd  zset  its id by the moment it is due
--   P:ge    hash   case id -> packed case that has ended;                  P:gx  zset  its id by the moment it ended
--   P:gm:D  hash   TICKET:STOP -> packed stop whose visitor left words or reasons on day D; P:gq zset D by its latest moment
--   P:gj    hash   code of a large project -> its case id

local ratings = {}

do
  local KEEP_MS, AT_ONCE = 30 * 86400000, 1000
  local LOOK = '^C%-%d+%-%d+$'

  local function key_of(hall, id)
    return hall.p .. ':g:' .. string.sub(id, 1, 6)
  end

  local function save(hall, id, stop, rated)
    redis.call('HSET', key_of(hall, id), id .. ':' .. stop, pack(rated, RATINGS.stop))
  end

  local function new_stop(hall, ticket)
    return {
      number = ticket.number, queue = ticket.queue, service = ticket.service, window = ticket.window,
      staff = ticket.served_by, finished_at = ticket.finished_at,
      score = 0, tags = {}, channel = '', comment = '', rated_at = 0,
    }
  end

  -- The stop that a ticket finished last; 0 for none.
  function ratings.latest(ticket)
    return ticket.status == 'done' and ticket.stop or ticket.stop - 1
  end

  -- A finished stop of a ticket, or nil.
  function ratings.load(hall, ticket, stop)
    local raw = redis.call('HGET', key_of(hall, ticket.id), ticket.id .. ':' .. stop)
    if raw then return unpack_record(raw, RATINGS.stop) end
    if ticket.status == 'done' and ticket.stop == stop then return new_stop(hall, ticket) end
  end

  -- All finished stops of a ticket, first to last: { stop, and the fields of its record } each.
  function ratings.all(hall, ticket)
    local rows = {}
    for stop = 1, ratings.latest(ticket) do
      local found = ratings.load(hall, ticket, stop)
      if found then rows[#rows + 1] = { stop, listed(found, RATINGS.stop) } end
    end
    return rows
  end

  -- A stop was finished at a window: its ticket is as it was finished there.
  function ratings.finished(hall, ticket, window, outcome)
    redis.call('HSET', hall.p .. ':gw', window.window, cmsgpack.pack({ ticket.id, ticket.stop }))
    if outcome == 'next' then save(hall, ticket.id, ticket.stop, new_stop(hall, ticket)) end
  end

  -- { ticket id, stop } that a window finished last, or nil.
  function ratings.at_window(hall, window)
    local raw = redis.call('HGET', hall.p .. ':gw', window)
    return raw and cmsgpack.unpack(raw)
  end

  function ratings.is_rated(hall, id, stop)
    local raw = redis.call('HGET', key_of(hall, id), id .. ':' .. stop)
    return raw and unpack_record(raw, RATINGS.stop).score > 0
  end

  -- The finish of a stop was taken back.
  function ratings.unfinished(hall, id, stop, window)
    redis.call('HDEL', key_of(hall, id), id .. ':' .. stop)
    local last = ratings.at_window(hall, window)
    if last and last[1] == id then redis.call('HDEL', hall.p .. ':gw', window) end
  end

  -- Keeps a rating, and counts it: how many of each score, and which of the latest were low. See domain/rating.py.
  function ratings.keep(hall, id, stop, rated)
    save(hall, id, stop, rated)
    if rated.comment ~= '' or #rated.tags > 0 then
      redis.call('HSET', hall.p .. ':gm:' .. hall.day, id .. ':' .. stop, pack(rated, RATINGS.stop))
      redis.call('ZADD', hall.p .. ':gq', hall.at, hall.day)
    end
    count(hall, rated.queue .. '|score' .. rated.score, 1)
    local counters, latest = hall.p .. ':s', rated.queue .. '|latest'
    local bits = tonumber(redis.call('HGET', counters, latest) or 0) * 2 + (rated.score <= RATINGS.low and 1 or 0)
    redis.call('HSET', counters, latest, bits % 2 ^ RATINGS.remembered)
  end

  function ratings.forget_day(hall, day)
    redis.call('UNLINK', hall.p .. ':g:' .. day)
  end

  -- cases

  -- As `emit` takes a ticket and a window: what a rating or a case is about. It moves neither.
  function ratings.about(id, of)
    return { id = id, number = of.number, queue = of.queue, service = of.service }, { window = of.window, staff = of.staff }
  end

  function ratings.load_case(hall, id)
    if not string.match(id, LOOK) then return nil end
    local raw = redis.call('HGET', hall.p .. ':gc', id) or redis.call('HGET', hall.p .. ':ge', id)
    if not raw then return nil end
    local case = unpack_record(raw, RATINGS.case)
    case.id = id
    return case
  end

  function ratings.save_case(hall, case)
    local packed = pack(case, RATINGS.case)
    if case.ended_at == 0 then
      redis.call('HSET', hall.p .. ':gc', case.id, packed)
      redis.call('ZADD', hall.p .. ':gd', case.due_at, case.id)
      return
    end
    redis.call('HDEL', hall.p .. ':gc', case.id)
    redis.call('ZREM', hall.p .. ':gd', case.id)
    redis.call('HSET', hall.p .. ':ge', case.id, packed)
    redis.call('ZADD', hall.p .. ':gx', case.ended_at, case.id)
  end

  -- Opens a case about a stop, or about nothing that was served: then its fields are empty.
  function ratings.open_case(hall, kind, id, stop, of, order)
    local case = {
      id = 'C-' .. hall.day .. '-' .. redis.call('HINCRBY', hall.p .. ':gw', '#', 1),
      kind = kind, status = 'open', ticket = id, stop = stop, number = of.number, queue = of.queue, service = of.service,
      window = of.window, staff = of.staff, score = of.score, tags = of.tags, channel = order.channel, text = of.comment,
      owner = order.owner, due_at = order.due_at, opened_at = hall.at, changed_at = hall.at, ended_at = 0,
      by = hall.actor, changes = {}, news = {}, code = order.code or '', visits = {},
    }
    ratings.save_case(hall, case)
    local ticket, window = ratings.about(id, of)
    emit(hall, 'CaseOpened', ticket, window,
      { 'case', case.id, 'kind', kind, 'owner', case.owner, 'due_at', case.due_at })
    return case
  end

  -- Where a case may go from each status.
  function ratings.moves_of(case)
    return case.kind == 'project' and RATINGS.project_moves or RATINGS.moves
  end

  local function purge_comments(hall)
    for _, day in ipairs(redis.call('ZRANGEBYSCORE', hall.p .. ':gq', '-inf', hall.at - KEEP_MS)) do
      redis.call('UNLINK', hall.p .. ':gm:' .. day)
      redis.call('ZREM', hall.p .. ':gq', day)
    end
  end

  -- Cases that ended thirty days ago are forgotten, told as CaseChanged {to = purged}; so is what was written with ratings
  -- then, which nobody is told.
  function ratings.purge(hall)
    purge_comments(hall)
    local old = redis.call('ZRANGEBYSCORE', hall.p .. ':gx', '-inf', hall.at - KEEP_MS, 'LIMIT', 0, AT_ONCE)
    for _, id in ipairs(old) do
      local case = ratings.load_case(hall, id)
      if case and case.code ~= '' then redis.call('HDEL', hall.p .. ':gj', case.code) end
      redis.call('HDEL', hall.p .. ':ge', id)
      redis.call('ZREM', hall.p .. ':gx', id)
      emit(hall, 'CaseChanged', nil, nil, { 'case', id, 'to', 'purged' })
    end
  end
end
