-- lease: blocks of numbers for a kiosk, so that it can go on alone. Numbers are never granted twice that day.
-- hand_in: a ticket with a leased number comes into its queue, once, however often it is handed in.
-- Refuse: hand_in: NO_SUCH_LEASE for a number that cannot have been given; for a ticket that is not on paper yet what `unless` says, and ALREADY_WAITING.
-- Emit: NumbersLeased {lease, first, last, device}; TicketIssued {offline, since}; TicketExpired {reason late}.

local FAR = 20000

local function lease_of(hall, id)
  local raw = redis.call('HGET', hall.p .. ':l', id)
  return raw and cmsgpack.unpack(raw)
end

-- Packed as: queue, first, last, first ordinal, moment.
local function keep_lease(hall, id, lease)
  redis.call('HSET', hall.p .. ':l', id, cmsgpack.pack(lease))
end

-- The stretches of numbers that were skipped: who was given one of them was given it before a restore.
local function skipped(hall, queue)
  local raw = redis.call('HGET', hall.p .. ':l', '~' .. queue)
  return raw and cmsgpack.unpack(raw) or {}
end

local function skip_past(hall, counter, number)
  local key = hall.p .. ':n'
  local given = tonumber(redis.call('HGET', key, counter) or 0)
  if number <= given then return end
  redis.call('HSET', key, counter, number)
  local stretches = skipped(hall, counter)
  stretches[#stretches + 1] = { given + 1, number }
  redis.call('HSET', hall.p .. ':l', '~' .. counter, cmsgpack.pack(stretches))
end

local function was_skipped(hall, queue, number)
  for _, stretch in ipairs(skipped(hall, queue)) do
    if number >= stretch[1] and number <= stretch[2] then return true end
  end
  return false
end

-- What a kiosk holds and we do not know was promised before this store was restored from an older copy.
-- Answers whether there was any of it.
local function take_back(hall, order)
  local restored = order.restored == 1
  for _, seen in ipairs(order.seen) do skip_past(hall, seen[1], seen[2]) end
  for _, held in ipairs(order.held) do
    local id, queue, first, last, ordinal = unpack(held)
    if not lease_of(hall, id) then
      keep_lease(hall, id, { queue, first, last, ordinal, 0 })
      skip_past(hall, queue, last)
      skip_past(hall, '#', ordinal + last - first)
      restored = true
    end
  end
  return restored
end

-- The name of this life of the store. A kiosk that hears another one hands its day in again.
local function epoch_of(hall, fresh, restored)
  local epoch = redis.call('HGET', hall.p, 'epoch')
  if epoch and not restored then return epoch end
  redis.call('HSET', hall.p, 'epoch', fresh)
  return fresh
end

act('lease', function(hall, order)
  local rows = { { epoch_of(hall, order.epoch, take_back(hall, order)) } }
  for index, wanted in ipairs(order.wanted) do
    local id, queue, many = unpack(wanted)
    local last = redis.call('HINCRBY', hall.p .. ':n', queue, many)
    local first, ordinal = last - many + 1, redis.call('HINCRBY', hall.p .. ':n', '#', many) - many + 1
    keep_lease(hall, id, { queue, first, last, ordinal, hall.at })
    emit(hall, 'NumbersLeased', { queue = queue }, nil,
      { 'lease', id, 'first', first, 'last', last, 'ordinal', ordinal + many - 1, 'device', order.device })
    rows[index + 1] = { id, queue, first, last, ordinal }
  end
  return { rows = rows }
end)

local function is_leased(lease, queue, number, ordinal)
  return lease and lease[1] == queue and number >= lease[2] and number <= lease[3]
    and ordinal == lease[4] + number - lease[2]
end

local function known_before(ticket)
  return { ticket = ticket, rows = { { 'known' } } }
end

-- A lease that this store does not know: what is on paper was promised before a restore, unless it is far from all that
-- was ever given today.
local function unknown_lease(hall, order, queue)
  local given = redis.call('HMGET', hall.p .. ':n', queue, '#')
  local far = order.number > tonumber(given[1] or 0) + FAR or order.ordinal > tonumber(given[2] or 0) + FAR
  if order.printed == 0 or far then return nil end
  skip_past(hall, queue, order.number)
  skip_past(hall, '#', order.ordinal)
  if not was_skipped(hall, queue, order.number) then return nil end
  return { queue, order.number, order.number, order.ordinal, 0 }
end

-- The ticket's day is over: it is written down as expired while its day is still kept.
local function hand_in_late(hall, order)
  local id = new_id(order.lease_day, order.ordinal)
  local ticket = load_ticket(hall, id)
  if ticket then return known_before(ticket) end
  ticket = new_ticket(hall, order, id, order.number, order.taken_at)
  ticket.status, ticket.finished_at = MOVES.expire.to, hall.at
  local given = tonumber(redis.call('HGET', hall.p, 'tickets:' .. order.lease_day) or 0)
  if redis.call('HGET', hall.p, 'previous_day') ~= order.lease_day or order.ordinal > given then return done(ticket) end
  write_ticket(hall, ticket)
  count(hall, ticket.queue .. '|expired', 1)
  emit(hall, 'TicketExpired', ticket, nil, { 'reason', 'late', 'offline', 1 })
  return done(ticket)
end

-- The ticket as it was handed in before, if it was; else the id that it is to have. After a restore its own id may
-- belong to another one.
local function known_as(hall, order)
  local id = new_id(order.lease_day, order.ordinal)
  local moved = redis.call('HGET', hall.p .. ':l', '=' .. id)
  local ticket = load_ticket(hall, moved or id)
  if not ticket then return nil, id end
  if moved or ticket.number == string.format('%s%03d', order.stops[1][2], order.number) then return ticket end
  local other = new_id(hall.day, next_of(hall, '#'))
  redis.call('HSET', hall.p .. ':l', '=' .. id, other)
  return nil, other
end

act('hand_in', function(hall, order)
  if order.lease_day < hall.day then return hand_in_late(hall, order) end
  local queue = order.stops[1][2]
  local lease = lease_of(hall, order.lease) or unknown_lease(hall, order, queue)
  if order.lease_day > hall.day or not is_leased(lease, queue, order.number, order.ordinal) then
    return refuse('NO_SUCH_LEASE', { 'lease', order.lease, 'number', string.format('%s%03d', queue, order.number) })
  end
  local first_id = new_id(order.lease_day, order.ordinal)
  local ticket = load_ticket(hall, first_id)
  if order.printed == 0 and not ticket then
    if order.unless ~= '' then return refuse(order.unless, order.unless_facts) end
    local refusal = already_waiting(hall, order, queue)
    if refusal then return refusal end
  end
  local known, id = known_as(hall, order)
  if known then return known_before(known) end
  local since = math.max(lease[5], math.min(order.taken_at, hall.at))
  return let_wait(hall, new_ticket(hall, order, id, order.number, since),
    { 'channel', order.channel, 'language', order.language, 'stops', #order.stops, 'since', since,
      'offline', order.printed })
end)
