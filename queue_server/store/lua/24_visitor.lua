-- cancel, acknowledge, postpone, reinstate: what befalls a ticket away from a window.
-- Refuse: NO_SUCH_TICKET, WRONG_STATUS; reinstate: ALREADY_REINSTATED for the second time after a miss; postpone and
--         reinstate: GAP_NOT_OVER while time must pass before its next stop.
-- Emit: TicketCancelled, TicketAcknowledged, TicketPostponed, TicketReinstated.

act_on_ticket('cancel', 'cancel', function(hall, _, ticket)
  change(hall, ticket, { status = MOVES.cancel.to, finished_at = hall.at, wake_at = 0 })
  count(hall, ticket.queue .. '|cancelled', 1)
  emit(hall, 'TicketCancelled', ticket)
  return done(ticket)
end)

act_on_ticket('acknowledge', 'acknowledge', function(hall, _, ticket)
  if ticket.coming == 0 then
    change(hall, ticket, { coming = 1 })
    emit(hall, 'TicketAcknowledged', ticket, load_window(hall, ticket.window))
  end
  return done(ticket)
end)

-- A ticket that time holds cannot begin its stop before, whoever asks: another stop first is a matter of `replan`.
function journeys.refuse_in_gap(hall, ticket)
  if ticket.held_for ~= 'gap' or ticket.wake_at <= hall.at then return nil end
  return refuse('GAP_NOT_OVER', { 'ticket', ticket.id, 'until_at', ticket.wake_at })
end

act_on_ticket('postpone', 'postpone', function(hall, order, ticket)
  local too_early = journeys.refuse_in_gap(hall, ticket)
  if too_early then return too_early end
  local keeps_turn = ticket.status == 'waiting' or ticket.held_for ~= '' -- its path, or an interpreter, holds it
  local from = keeps_turn and ticket.turn or hall.at
  local since = ticket.status == 'waiting' and ticket.since or hall.at
  local only = still_only(hall, ticket)
  change(hall, ticket, waiting_again(since, {
    turn = from + order.delay_ms, moved = 'postponed', promise = order.promise, only_window = only,
  }))
  emit(hall, 'TicketPostponed', ticket, nil, with_promise(ticket,
    { 'minutes', order.delay_ms / 60000, 'since', since, 'only_window', only }))
  return done(ticket)
end)

local function behind_head(hall, ticket, places)
  local key = queue_key(hall, ticket)
  local last = redis.call('ZCARD', key) - 1
  if last < 0 then return ticket.turn end
  local at = math.min(places - 1, last)
  local row = redis.call('ZRANGE', key, at, at, 'WITHSCORES')
  return math.max(ticket.turn, tonumber(row[2]) + 1)
end

local function reinstate(hall, ticket, places, promise, reason)
  local missed = ticket.status == 'missed'
  ticket.only_window = still_only(hall, ticket) -- it is parked, so in no queue that this would change
  change(hall, ticket, waiting_again(hall.at, {
    turn = missed and behind_head(hall, ticket, places) or ticket.turn, promise = promise,
    moved = missed and 'reinstated' or ticket.moved, reinstated = ticket.reinstated + (missed and 1 or 0),
  }))
  emit(hall, 'TicketReinstated', ticket, nil, with_promise(ticket,
    { 'reason', reason, 'since', hall.at, 'only_window', ticket.only_window }))
end

act_on_ticket('reinstate', 'reinstate', function(hall, order, ticket)
  local too_early = journeys.refuse_in_gap(hall, ticket)
  if too_early then return too_early end
  if ticket.status == 'missed' and ticket.reinstated > 0 then
    return refuse('ALREADY_REINSTATED', { 'ticket', ticket.id })
  end
  reinstate(hall, ticket, order.places, order.promise, '')
  return done(ticket)
end)

-- wake: held tickets whose minutes are over wait again. Refuses nothing; emits TicketReinstated for each.
act('wake', function(hall, order)
  local due = redis.call('ZRANGEBYSCORE', hall.p .. ':park', '-inf', hall.at, 'LIMIT', 0, 100)
  for _, id in ipairs(due) do
    local ticket = load_ticket(hall, id)
    local promise = ticket.held_for ~= '' and ticket.promise or order.promise -- told for when it waits again
    reinstate(hall, ticket, 0, promise, 'minutes_over')
  end
  return {}
end)
