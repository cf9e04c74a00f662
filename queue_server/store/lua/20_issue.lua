-- issue: gives the next number of a queue and lets the ticket wait.
-- Refuses: ALREADY_WAITING when the person has an open ticket in this queue. Emits: TicketIssued.

local function open_ticket_of(hall, person, queue)
  if person == '' then return nil end
  local id = redis.call('HGET', hall.p .. ':v', queue .. ':' .. person)
  local ticket = id and load_ticket(hall, id)
  if ticket and ticket.queue == queue and not FINAL[ticket.status] then return ticket end
end

act('issue', function(hall, order)
  local service, queue = order.stops[1][1], order.stops[1][2]
  local open = open_ticket_of(hall, order.person, queue)
  if open then return refuse('ALREADY_WAITING', { 'number', open.number, 'queue', queue }) end

  local number = redis.call('HINCRBY', hall.p .. ':n', queue, 1)
  local ordinal = redis.call('HINCRBY', hall.p .. ':n', '#', 1)
  local several = #order.stops > 1
  local ticket = {
    id = string.format('%s-%07d', hall.day, ordinal),
    number = string.format('%s%03d', queue, number),
    queue = queue, service = service, stops = several and order.stops or {}, stop = 1,
    status = 'waiting', priority = order.priority, channel = order.channel, language = order.language,
    window = 0, issued_at = hall.at, since = hall.at, turn = hall.at - order.credit_ms,
    called_at = 0, started_at = 0, finished_at = 0, times_called = 0, reinstated = 0, revision = 0,
    person = order.person, promise = order.promise, only_window = 0, moved = '', wake_at = 0, coming = 0,
  }
  enter_index(hall, ticket)
  write_ticket(hall, ticket)
  name_person(hall, ticket)
  count(hall, queue .. '|issued', 1)
  emit(hall, 'TicketIssued', ticket, nil,
    { 'channel', order.channel, 'language', order.language, 'stops', #order.stops })
  return done(ticket)
end)
