-- issue: gives the next number of a queue and lets the ticket wait.
-- Refuses: ALREADY_WAITING when the person has an open ticket in this queue; what a limit says when it is reached,
--          with `most`; TOO_MANY instead with `retry_after_s`. Emits: TicketIssued.

local HOUR_S, MOST_CONTACTS = 3600, 4

-- A limit is { counter of today, most, refusal }. Counters of limits that refuse as TOO_MANY are those of one hour of
-- the clock, which stands in their name: when that is over, another one begins.
local function over_limit(hall, order)
  for _, limit in ipairs(order.limits or {}) do
    local counter, most, code = unpack(limit)
    if tonumber(redis.call('HGET', hall.p .. ':r', counter) or 0) >= most then
      if code ~= 'TOO_MANY' then return refuse(code, { 'most', most }) end
      return refuse('TOO_MANY', { 'retry_after_s', HOUR_S - math.floor(hall.at / 1000) % HOUR_S })
    end
  end
end

local function count_in_limits(hall, order)
  for _, limit in ipairs(order.limits or {}) do redis.call('HINCRBY', hall.p .. ':r', limit[1], 1) end
end

local function contacts_of(key, thing)
  local raw = redis.call('HGET', key, thing)
  return raw and cmsgpack.unpack(raw) or {}
end

-- Without one of them; then, where `contact` is to be kept, with it as the latest.
local function set_contact(key, thing, contact, is_kept)
  local contacts = {}
  for _, known in ipairs(contacts_of(key, thing)) do
    if known ~= contact then contacts[#contacts + 1] = known end
  end
  if is_kept then contacts[#contacts + 1] = contact end
  if #contacts > MOST_CONTACTS then table.remove(contacts, 2) end -- the first is the one that was given with it
  if #contacts == 0 then return redis.call('HDEL', key, thing) end
  redis.call('HSET', key, thing, cmsgpack.pack(contacts))
end

local function keep_contact(key, thing, contact)
  if (contact or '') ~= '' then set_contact(key, thing, contact, true) end
end

local function open_ticket_of(hall, person, queue)
  if person == '' then return nil end
  local id = redis.call('HGET', hall.p .. ':v', queue .. ':' .. person)
  local ticket = id and load_ticket(hall, id)
  if ticket and ticket.queue == queue and not FINAL[ticket.status] then return ticket end
end

local function already_waiting(hall, order, queue)
  local open = open_ticket_of(hall, order.person, queue)
  if open then return refuse('ALREADY_WAITING', { 'number', open.number, 'queue', queue }) end
end

local function next_of(hall, counter)
  return redis.call('HINCRBY', hall.p .. ':n', counter, 1)
end

local function new_id(day, ordinal)
  return string.format('%s-%07d', day, ordinal)
end

-- A ticket that waits from moment `since` on.
local function new_ticket(hall, order, id, number, since)
  return {
    id = id,
    number = string.format('%s%03d', order.stops[1][2], number),
    queue = order.stops[1][2], service = order.stops[1][1], stop = 1,
    stops = (#order.stops > 1 or #order.stops[1] > 2) and order.stops or {},
    status = 'waiting', priority = order.priority, channel = order.channel, language = order.language,
    window = 0, issued_at = since, since = since, turn = since - order.credit_ms,
    called_at = 0, started_at = 0, finished_at = 0, times_called = 0, reinstated = 0, revision = 0,
    person = order.person, promise = order.promise, only_window = 0, moved = '', wake_at = 0, coming = 0,
    voice = order.voice or 0, phone = order.channel == 'phone' and 1 or 0, step = '', shown = 0,
    booked = 0, near = 0, offers = {}, served_by = '',
    journey = order.journey or '', held_for = '', ended = {}, aside = order.aside or {},
    speaks = '', interpreter = '', checked = '', missing = {},
    outside = order.outside or '', let_in = 0, escalated = {},
  }
end

local function let_wait(hall, ticket, facts)
  enter_index(hall, ticket)
  write_ticket(hall, ticket)
  name_person(hall, ticket)
  count(hall, ticket.queue .. '|issued', 1)
  emit(hall, 'TicketIssued', ticket, nil, facts)
  return done(ticket)
end

-- The ticket of someone who stands here or asks from afar: with the next number, reachable, counted.
local function next_ticket(hall, order)
  local queue = order.stops[1][2]
  local number, id = next_of(hall, queue), new_id(hall.day, next_of(hall, '#'))
  count_in_limits(hall, order)
  keep_contact(hall.p .. ':c', id, order.contact)
  return new_ticket(hall, order, id, number, hall.at)
end

act('issue', function(hall, order)
  local refusal = already_waiting(hall, order, order.stops[1][2]) or over_limit(hall, order)
  if refusal then return refusal end
  local ticket = next_ticket(hall, order)
  local facts = { 'channel', order.channel, 'language', order.language, 'stops', #order.stops }
  if ticket.journey ~= '' then facts[#facts + 1], facts[#facts + 2] = 'journey', ticket.journey end
  if ticket.outside ~= '' then facts[#facts + 1], facts[#facts + 2] = 'outside', ticket.outside end
  return let_wait(hall, ticket, with_promise(ticket, facts))
end)
