-- lease: blocks of numbers for a kiosk, so that it can go on alone. Numbers are never granted twice that day.
-- hand_in: a ticket with a leased number comes into its queue, once, however often it is handed in.
-- Refuse: lease: LEASE_LIMIT; hand_in: NO_SUCH_LEASE for a number that cannot have been given; for a ticket that is not on paper yet what `unless` says, and ALREADY_WAITING.
-- Emit: NumbersLeased {lease, first, last, device}; TicketIssued {offline, since}; TicketExpired {reason late}.

local FAR, LARGEST_BLOCK, MOST_NUMBERS = 20000, 500, 10000
local DAY_MS = 24 * 3600 * 1000

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

-- Whether anything was skipped.
local function skip_past(hall, counter, number)
  local key = hall.p .. ':n'
  local given = tonumber(redis.call('HGET', key, counter) or 0)
  if number <= given then return false end
  redis.call('HSET', key, counter, number)
  local stretches = skipped(hall, counter)
  stretches[#stretches + 1] = { given + 1, number }
  redis.call('HSET', hall.p .. ':l', '~' .. counter, cmsgpack.pack(stretches))
  return true
end

-- Whether a number or an ordinal may have been given today, before a restore; what is further off is nonsense.
local function is_near(hall, counter, number)
  return number <= tonumber(redis.call('HGET', hall.p .. ':n', counter) or 0) + FAR
end

local function was_skipped(hall, queue, number)
  for _, stretch in ipairs(skipped(hall, queue)) do
    if number >= stretch[1] and number <= stretch[2] then return true end
  end
  return false
end

local function may_be_held(hall, held)
  local _, queue, first, last, ordinal, day = unpack(held)
  return day == hall.day and first <= last and last - first < LARGEST_BLOCK
    and is_near(hall, queue, last) and is_near(hall, '#', ordinal)
end

-- What a kiosk holds and we do not know was promised before this store was restored from an older copy.
-- Answers whether there was any of it.
local function take_back(hall, order)
  local restored = order.restored == 1
  for _, seen in ipairs(order.seen) do
    local known = order.restored == 1 or is_near(hall, seen[1], seen[2])
    if known and skip_past(hall, seen[1], seen[2]) then restored = true end
  end
  for _, held in ipairs(order.held) do
    local id, queue, first, last, ordinal = unpack(held)
    if not lease_of(hall, id) and may_be_held(hall, held) then
      keep_lease(hall, id, { queue, first, last, ordinal, 0 })
      skip_past(hall, queue, last)
      skip_past(hall, '#', ordinal + last - first)
      restored = true
    end
  end
  return restored
end

-- A kiosk that leases and leases is out of order, or worse: its numbers of a day have an end.
local function too_many(hall, order)
  for _, wanted in ipairs(order.wanted) do
    local name = '@' .. order.device .. ':' .. wanted[2]
    local held = tonumber(redis.call('HGET', hall.p .. ':l', name) or 0)
    if held + wanted[3] > MOST_NUMBERS then return refuse('LEASE_LIMIT', { 'queue', wanted[2], 'most', MOST_NUMBERS }) end
  end
end

-- The name of this life of the store. A kiosk that hears another one hands its day in again.
local function epoch_of(hall, fresh, restored)
  local epoch = redis.call('HGET', hall.p, 'epoch')
  if epoch and not restored then return epoch end
  redis.call('HSET', hall.p, 'epoch', fresh)
  return fresh
end

act('lease', function(hall, order)
  local refusal = too_many(hall, order)
  if refusal then return refusal end
  local rows = { { epoch_of(hall, order.epoch, take_back(hall, order)), hall.day } }
  for index, wanted in ipairs(order.wanted) do
    local id, queue, many = unpack(wanted)
    local last = redis.call('HINCRBY', hall.p .. ':n', queue, many)
    local first, ordinal = last - many + 1, redis.call('HINCRBY', hall.p .. ':n', '#', many) - many + 1
    keep_lease(hall, id, { queue, first, last, ordinal, hall.at })
    redis.call('HINCRBY', hall.p .. ':l', '@' .. order.device .. ':' .. queue, many)
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
  if order.printed == 0 or not is_near(hall, queue, order.number) or not is_near(hall, '#', order.ordinal) then
    return nil
  end
  skip_past(hall, queue, order.number)
  skip_past(hall, '#', order.ordinal)
  if not was_skipped(hall, queue, order.number) then return nil end
  return { queue, order.number, order.number, order.ordinal, 0 }
end

-- A number from before a restore belongs to the lease that handed it in first: no other one can have printed it.
local function is_anothers(hall, order, queue, lease)
  if lease[5] > 0 then return false end
  local first = redis.call('HGET', hall.p .. ':l', '!' .. queue .. order.number)
  return first and first ~= order.lease
end

-- When the visitor came: within the day, not before the lease, and not after now, whatever the kiosk's clock says.
local function came_at(hall, order, leased_at)
  return math.max(leased_at, order.day_from, math.min(order.taken_at, hall.at, order.day_from + DAY_MS))
end

-- The ticket's day is over: it is written down as expired while its day is still kept.
local function hand_in_late(hall, order)
  local id = new_id(order.lease_day, order.ordinal)
  local there = load_ticket(hall, id)
  local ticket = new_ticket(hall, order, id, order.number, came_at(hall, order, 0))
  if there and there.number == ticket.number then return known_before(there) end
  ticket.status, ticket.finished_at = MOVES.expire.to, hall.at
  local given = tonumber(redis.call('HGET', hall.p, 'tickets:' .. order.lease_day) or 0)
  local is_kept = redis.call('HGET', hall.p, 'previous_day') == order.lease_day
  if there or not is_kept or order.ordinal > given then return done(ticket) end
  write_ticket(hall, ticket)
  count(hall, ticket.queue .. '|expired', 1)
  emit(hall, 'TicketExpired', ticket, nil, { 'reason', 'late', 'offline', 1 })
  return done(ticket)
end

-- After a restore the id that goes with the number may belong to another ticket.
local function free_id(hall, order)
  local id = new_id(order.lease_day, order.ordinal)
  return load_ticket(hall, id) and new_id(hall.day, next_of(hall, '#')) or id
end

act('hand_in', function(hall, order)
  if order.lease_day < hall.day then return hand_in_late(hall, order) end
  local queue = order.stops[1][2]
  local slip = '=' .. order.lease .. ':' .. queue .. order.number
  local handed_in = redis.call('HGET', hall.p .. ':l', slip)
  if handed_in then return known_before(load_ticket(hall, handed_in)) end
  local lease = lease_of(hall, order.lease) or unknown_lease(hall, order, queue)
  if order.lease_day > hall.day or not is_leased(lease, queue, order.number, order.ordinal)
    or is_anothers(hall, order, queue, lease) then
    return refuse('NO_SUCH_LEASE', { 'lease', order.lease, 'number', string.format('%s%03d', queue, order.number) })
  end
  if order.printed == 0 then
    if order.unless ~= '' then return refuse(order.unless, order.unless_facts) end
    local refusal = already_waiting(hall, order, queue)
    if refusal then return refusal end
  end
  local id, since = free_id(hall, order), came_at(hall, order, lease[5])
  redis.call('HSET', hall.p .. ':l', slip, id)
  if lease[5] == 0 then redis.call('HSET', hall.p .. ':l', '!' .. queue .. order.number, order.lease) end
  local ticket = new_ticket(hall, order, id, order.number, since)
  local facts = { 'channel', order.channel, 'language', order.language, 'stops', #order.stops, 'since', since,
    'offline', order.printed }
  if ticket.outside ~= '' then facts[#facts + 1], facts[#facts + 2] = 'outside', ticket.outside end
  if order.printed == 1 then return let_wait(hall, ticket, facts) end -- a slip printed offline promises no wait
  return let_wait(hall, ticket, with_promise(ticket, facts))
end)
