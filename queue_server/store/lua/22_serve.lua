-- start, hold, miss, finish, transfer: what a window does with its current ticket after the call.
-- Refuse: NO_TICKET, WRONG_STATUS; finish: NO_NEXT_STOP; transfer: WINDOW_NOT_OPEN (to a closed window).
-- Emit: ServiceStarted, TicketHeld, TicketMissed, ServiceFinished,
-- TicketTransferred; finish with stops left emits ServiceFinished {outcome next} and TicketTransferred.

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

act_at_window('finish', 'finish', function(hall, order, ticket, window)
  local handled_ms, queue = hall.at - ticket.started_at, ticket.queue
  local next_stop = ticket.stops[ticket.stop + 1]
  local outcome = order.outcome
  if outcome == 'next' and not next_stop then return refuse('NO_NEXT_STOP', { 'ticket', ticket.id }) end
  if outcome == '' then outcome = next_stop and 'next' or 'done' end
  count(hall, queue .. '|done', 1)
  learn(hall, queue, handled_ms)
  undoable(hall, 'ServiceFinished', ticket, window, function()
    change(hall, ticket, { status = MOVES.finish.to, finished_at = hall.at })
    release(hall, window)
    emit(hall, 'ServiceFinished', ticket, window, { 'outcome', outcome, 'handled_ms', handled_ms })
    if outcome ~= 'next' then return end
    change(hall, ticket, waiting_again(hall.at, {
      service = next_stop[1], queue = next_stop[2], stop = ticket.stop + 1, finished_at = 0, only_window = 0,
      promise = {}, -- none was made for this queue
    }))
    emit(hall, 'TicketTransferred', ticket, window,
      { 'place', 'seniority', 'only_window', 0, 'stop', ticket.stop, 'stops', #ticket.stops,
        'phone', ticket.phone, 'booked', ticket.booked, 'near', ticket.near })
  end)
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
