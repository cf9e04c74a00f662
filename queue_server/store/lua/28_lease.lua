-- lease: blocks of numbers for a kiosk, so that it can go on alone. Numbers are never granted twice that day.
-- hand_in: a ticket with a leased number comes into its queue, once, however often it is handed in.
-- Refuse: hand_in: NO_SUCH_LEASE; for a ticket that is not on paper yet what `unless` says, and ALREADY_WAITING.
-- Emit: NumbersLeased {lease, first, last, device}; TicketIssued {offline, since}; TicketExpired {reason late}.

local function lease_of(hall, id)
  local raw = redis.call('HGET', hall.p .. ':l', id)
  return raw and cmsgpack.unpack(raw)
end

-- Packed as: queue, first, last, first ordinal, moment.
local function keep_lease(hall, id, lease)
  redis.call('HSET', hall.p .. ':l', id, cmsgpack.pack(lease))
end

local function skip_past(hall, counter, number)
  local key = hall.p .. ':n'
  if number > tonumber(redis.call('HGET', key, counter) or 0) then redis.call('HSET', key, counter, number) end
end

-- What a kiosk holds and we do not know was promised before this store was restored from an older copy.
local function take_back(hall, order)
  for _, seen in ipairs(order.seen) do skip_past(hall, seen[1], seen[2]) end
  for _, held in ipairs(order.held) do
    local id, queue, first, last, ordinal = unpack(held)
    if not lease_of(hall, id) then
      keep_lease(hall, id, { queue, first, last, ordinal, 0 })
      skip_past(hall, queue, last)
      skip_past(hall, '#', ordinal + last - first)
    end
  end
end

act('lease', function(hall, order)
  take_back(hall, order)
  local rows = {}
  for index, wanted in ipairs(order.wanted) do
    local id, queue, many = unpack(wanted)
    local last = redis.call('HINCRBY', hall.p .. ':n', queue, many)
    local first, ordinal = last - many + 1, redis.call('HINCRBY', hall.p .. ':n', '#', many) - many + 1
    keep_lease(hall, id, { queue, first, last, ordinal, hall.at })
    emit(hall, 'NumbersLeased', { queue = queue }, nil,
      { 'lease', id, 'first', first, 'last', last, 'ordinal', ordinal + many - 1, 'device', order.device })
    rows[index] = { id, queue, first, last, ordinal }
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
  local lease = lease_of(hall, order.lease)
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
