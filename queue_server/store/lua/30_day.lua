-- close_day: ends the hall's day: whatever is left expires, windows close, numbers begin anew.
-- KEYS[1] = P, ARGV[1] = {at, day, actor, limit}: works off at most `limit` tickets per call and answers
-- 1 when the hall is in `day`, 0 when it must be called again. Bookings live on; slots that began more than a day ago
-- are forgotten, here as by every fold of DayClosed. Emits: TicketExpired, WindowClosed, DayClosed.

local function forget_past_slots(hall)
  for _, slot in ipairs(redis.call('HKEYS', hall.p .. ':kn')) do
    if tonumber(string.match(slot, '|(%d+)$')) < hall.at - DAY_MS then redis.call('HDEL', hall.p .. ':kn', slot) end
  end
end

local function expire(hall, id, window)
  local ticket = load_ticket(hall, id)
  change(hall, ticket, { status = MOVES.expire.to, finished_at = hall.at, wake_at = 0 })
  count(hall, ticket.queue .. '|expired', 1)
  emit(hall, 'TicketExpired', ticket, window)
end

local function some_left(hall, limit)
  local left = redis.call('ZRANGE', hall.p .. ':park', 0, limit - 1)
  for _, queue in ipairs(redis.call('SMEMBERS', hall.p .. ':q')) do
    if #left >= limit then break end
    for _, id in ipairs(redis.call('ZRANGE', hall.p .. ':q:' .. queue, 0, limit - #left - 1)) do
      left[#left + 1] = id
    end
  end
  return left
end

local function close_windows(hall)
  for _, number in ipairs(redis.call('HKEYS', hall.p .. ':w')) do
    local window = load_window(hall, number)
    window.window = tonumber(number)
    if window.ticket ~= '' then
      local id = window.ticket
      window.ticket = ''
      expire(hall, id, window)
    end
    if window.status ~= 'closed' then
      window.status = 'closed'
      emit(hall, 'WindowClosed', nil, window)
    end
    redis.call('HDEL', hall.p .. ':w', number)
  end
end

local function forget_day(hall, day)
  local tickets = tonumber(redis.call('HGET', hall.p, 'tickets:' .. day) or 0)
  for bucket = 0, math.floor(tickets / BUCKET) do
    redis.call('UNLINK', hall.p .. ':t:' .. day .. ':' .. bucket)
  end
  redis.call('HDEL', hall.p, 'tickets:' .. day)
  ratings.forget_day(hall, day)
  interpreters.forget_day(hall, day)
end

-- Events of the day that ends stay, never fewer than KEEP_EVENTS, and whatever is not archived yet. P:ap says up to where
-- an archive has them; without it there is none.
local function trim_events(hall)
  local known = redis.call('HMGET', hall.p, 'day_began', 'position')
  local of_the_day = hall.position - tonumber(known[1] or 0)
  local first = hall.position - math.max(KEEP_EVENTS, of_the_day) + 1
  local archived = tonumber(redis.call('GET', hall.p .. ':ap') or hall.position)
  first = math.min(first, archived) -- the last archived event stays, by which the archive knows this stream again
  if first > 1 then redis.call('XTRIM', hall.p .. ':e', 'MINID', '~', string.format('%.0f-0', first)) end
end

redis.register_function('gw_close_day', function(keys, args)
  local order = cmsgpack.unpack(args[1])
  local hall = hall_of(keys[1], order)
  if hall.day >= order.day then return 1 end
  if hall.day == '' then return 1 end
  local left = some_left(hall, order.limit)
  for _, id in ipairs(left) do expire(hall, id, nil) end
  if #left >= order.limit then
    keep_position(hall)
    return 0
  end
  close_windows(hall)
  diversions.end_day(hall)
  interpreters.end_day(hall)
  emit(hall, 'DayClosed', nil, nil, { 'day', hall.day, 'next_day', order.day })
  ratings.purge(hall)
  promises.purge(hall)
  lockers.purge(hall)
  forget_past_slots(hall)
  local previous = redis.call('HGET', hall.p, 'previous_day')
  if previous then forget_day(hall, previous) end
  local tickets = redis.call('HGET', hall.p .. ':n', '#') or 0
  trim_events(hall)
  redis.call('HSET', hall.p, 'previous_day', hall.day, 'tickets:' .. hall.day, tickets, 'day_began', hall.position)
  for _, part in ipairs({ 'n', 'u', 'v', 'i', 's', 'l', 'a', 'r', 'c', 'gw', 'z' }) do redis.call('UNLINK', hall.p .. ':' .. part) end
  hall.day = order.day
  keep_position(hall)
  return 1
end)
