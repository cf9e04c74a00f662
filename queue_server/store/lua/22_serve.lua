-- start, hold, miss, finish, transfer: what a window does with its current ticket after the call.
-- Refuse: NO_TICKET, WRONG_STATUS; finish: NO_NEXT_STOP; transfer: WINDOW_NOT_OPEN (to a closed window).
-- Emit: ServiceStarted, TicketHeld, TicketMissed, ServiceFinished,
-- TicketTransferred; finish with stops left emits ServiceFinished {outcome next} and TicketTransferred, then, where the
-- next stop cannot begin yet, TicketHeld {reason walking or gap}, and TicketPlanned where the path is another one now.
-- A finish with a `pledge` emits PromiseMade. It brings how the visit goes on (`rest`, for the ticket's `revision`); what does not fit the ticket is passed over.

local function release(hall, window)
  window.ticket = ''
  save_window(hall, window)
end

act_at_window('start', 'start', function(hall, _, ticket, window)
  undoable(hall, 'ServiceStarted', ticket, window, function()
    change(hall, ticket, { status = MOVES.start.to, started_at = hall.at, served_by = window.staff })
  end)
  emit(hall, 'ServiceStarted', ticket, window)
  return done(ticket, window)
end)

act_at_window('hold', 'hold', function(hall, order, ticket, window)
  local wake_at = order.minutes > 0 and hall.at + order.minutes * 60000 or 0
  undoable(hall, 'TicketHeld', ticket, window, function()
    change(hall, ticket, { status = MOVES.hold.to, wake_at = wake_at })
    release(hall, window)
  end)
  emit(hall, 'TicketHeld', ticket, window, { 'reason', order.reason, 'minutes', order.minutes })
  return done(ticket, window)
end)

act_at_window('miss', 'miss', function(hall, _, ticket, window)
  undoable(hall, 'TicketMissed', ticket, window, function()
    change(hall, ticket, { status = MOVES.miss.to, wake_at = 0 })
    release(hall, window)
  end)
  count(hall, ticket.queue .. '|missed', 1)
  emit(hall, 'TicketMissed', ticket, window, { 'times', ticket.times_called })
  return done(ticket, window)
end)

-- The queue's learnt pace: see learn_pace in the domain, the same sum in whole milliseconds.
local function learn(hall, queue, handled_ms)
  local key = hall.p .. ':s'
  local seen = tonumber(redis.call('HGET', key, queue .. '|paced') or 0)
  local pace = tonumber(redis.call('HGET', key, queue .. '|pace_ms') or 0)
  pace = pace + math.floor((handled_ms - pace) / math.min(seen + 1, PACE_MEMORY))
  redis.call('HSET', key, queue .. '|paced', seen + 1, queue .. '|pace_ms', pace)
end

-- A visit's path, in one table: local names at the top of the library are few.
local journeys = {}

-- What a ticket's stops become when those from `from` on are replaced, or nil where the plan is not for this ticket as it is.
function journeys.stops_after(order, ticket, from)
  local rest = order.rest or {}
  if order.revision ~= ticket.revision or #rest == 0 or #rest ~= #ticket.stops - from + 1 then return nil end
  local stops = {}
  for index = 1, from - 1 do stops[index] = ticket.stops[index] end
  for index, stop in ipairs(rest) do stops[from + index - 1] = stop end
  return stops
end

function journeys.ended(hall, ticket)
  local ended = {}
  if #ticket.stops == 0 then return ended end
  for index, at in ipairs(ticket.ended) do ended[index] = at end
  ended[#ended + 1] = hall.at
  return ended
end

-- Holds a ticket that waits until its visitor can be there. It keeps its turn, and what it was told.
function journeys.hold(hall, order, ticket)
  if (order.held_for or '') == '' or order.not_before <= hall.at then return end
  change(hall, ticket, { status = MOVES.hold.to, wake_at = order.not_before, held_for = order.held_for })
  emit(hall, 'TicketHeld', ticket, nil, { 'reason', order.held_for, 'until_at', order.not_before,
    'minutes', math.ceil((order.not_before - hall.at) / 60000) })
end

function journeys.tell(hall, order, ticket)
  if (order.why or '') == '' then return end
  ticket.was = nil -- this moves nothing
  local facts = { 'stop', ticket.stop, 'stops', stops_of(ticket), 'reason', order.why }
  if ticket.journey ~= '' then facts[#facts + 1], facts[#facts + 2] = 'journey', ticket.journey end
  emit(hall, 'TicketPlanned', ticket, nil, facts)
end

act_at_window('finish', 'finish', function(hall, order, ticket, window)
  local handled_ms, queue = hall.at - ticket.started_at, ticket.queue
  local planned = journeys.stops_after(order, ticket, ticket.stop + 1)
  local stops = planned or ticket.stops
  local next_stop = stops[ticket.stop + 1]
  local outcome, of = order.outcome, promises.about(ticket, window)
  if outcome == 'next' and not next_stop then return refuse('NO_NEXT_STOP', { 'ticket', ticket.id }) end
  if outcome == '' then outcome = next_stop and 'next' or 'done' end
  count(hall, queue .. '|done', 1)
  learn(hall, queue, handled_ms)
  undoable(hall, 'ServiceFinished', ticket, window, function()
    change(hall, ticket, { status = MOVES.finish.to, finished_at = hall.at, ended = journeys.ended(hall, ticket) })
    release(hall, window)
    emit(hall, 'ServiceFinished', ticket, window, { 'outcome', outcome, 'handled_ms', handled_ms })
    ratings.finished(hall, ticket, window, outcome)
    if outcome ~= 'next' then return end
    change(hall, ticket, waiting_again(hall.at, {
      service = next_stop[1], queue = next_stop[2], stop = ticket.stop + 1, finished_at = 0, only_window = 0,
      stops = stops, promise = planned and order.promise or {}, -- without a plan none was made for this queue
    }))
    local facts = { 'place', 'seniority', 'only_window', 0, 'stop', ticket.stop, 'stops', #ticket.stops,
      'phone', ticket.phone, 'booked', ticket.booked, 'near', ticket.near }
    if ticket.journey ~= '' then facts[#facts + 1], facts[#facts + 2] = 'journey', ticket.journey end
    emit(hall, 'TicketTransferred', ticket, window, with_promise(ticket, facts))
    if not planned then return end
    journeys.hold(hall, order, ticket)
    journeys.tell(hall, order, ticket)
  end)
  if order.pledge then promises.make(hall, of, order.pledge) end
  return done(ticket, window)
end)

local function turn_at(hall, place, ticket, key)
  if place == 'back' then return hall.at end
  if place == 'seniority' then return ticket.turn end
  local head = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return head[2] and math.min(ticket.turn, tonumber(head[2]) - 1) or ticket.turn
end

act_at_window('transfer', 'transfer', function(hall, order, ticket, window)
  if order.only_window > 0 then
    local target = load_window(hall, order.only_window)
    if target.status == 'closed' then
      return refuse('WINDOW_NOT_OPEN', { 'window', target.window, 'status', target.status })
    end
  end
  local key = hall.p .. ':q:' .. (order.only_window > 0 and '@' .. order.only_window or order.queue)
  local turn = turn_at(hall, order.place, ticket, key)
  undoable(hall, 'TicketTransferred', ticket, window, function()
    change(hall, ticket, waiting_again(hall.at, {
      queue = order.queue, only_window = order.only_window, turn = turn, promise = order.promise,
      moved = order.place == 'seniority' and '' or order.place,
    }))
    release(hall, window)
  end)
  emit(hall, 'TicketTransferred', ticket, window, with_promise(ticket, { 'place', order.place,
    'only_window', order.only_window, 'stop', ticket.stop, 'stops', stops_of(ticket) }))
  return done(ticket, window)
end)
