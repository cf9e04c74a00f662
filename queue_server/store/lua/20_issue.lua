-- issue: gives the next number of a queue and lets the ticket wait.
-- Refuses: ALREADY_WAITING when the person has an open ticket in this queue. Emits: TicketIssued.

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
    queue = order.stops[1][2], service = order.stops[1][1], stops = #order.stops > 1 and order.stops or {}, stop = 1,
    status = 'waiting', priority = order.priority, channel = order.channel, language = order.language,
    window = 0, issued_at = since, since = since, turn = since - order.credit_ms,
    called_at = 0, started_at = 0, finished_at = 0, times_called = 0, reinstated = 0, revision = 0,
    person = order.person, promise = order.promise, only_window = 0, moved = '', wake_at = 0, coming = 0,
    voice = order.voice or 0, phone = order.channel == 'phone' and 1 or 0, step = '', shown = 0,
    booked = 0, near = 0,
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

act('issue', function(hall, order)
  local queue = order.stops[1][2]
  local refusal = already_waiting(hall, order, queue)
  if refusal then return refusal end
  local number, id = next_of(hall, queue), new_id(hall.day, next_of(hall, '#'))
  return let_wait(hall, new_ticket(hall, order, id, number, hall.at),
    { 'channel', order.channel, 'language', order.language, 'stops', #order.stops })
end)
