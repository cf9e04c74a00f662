-- climb, shown, follow: how a call comes to be seen. See `domain/ladder.py`. near: that a call will come soon.
-- Refuse: follow, near: NO_SUCH_TICKET. What has been overtaken (a call answered, a window at its next ticket) is let
-- be.
-- Emit: CallEscalated {step}, CallUnseen; CallShown {how, name, device}; TicketFollowed; TicketNear, once for a ticket.

local function present_call(hall, id, times)
  local ticket = load_ticket(hall, id)
  if ticket and ticket.status == 'called' and ticket.times_called == times then return ticket end
end

-- Not a change of the ticket's own: the window may still take its last act back.
local function note_on(hall, ticket, changes)
  for name, value in pairs(changes) do ticket[name] = value end
  write_ticket(hall, ticket)
end

local function has(bits, bit_)
  return bit.band(bits, bit_) ~= 0
end

act('climb', function(hall, order)
  local ticket = present_call(hall, order.ticket, order.times)
  if not ticket or ticket.coming == 1 or STEP[order.step] <= (STEP[ticket.step] or 0) then return {} end
  local window = load_window(hall, ticket.window)
  note_on(hall, ticket, { step = order.step })
  window.step = order.step
  save_window(hall, window)
  emit(hall, 'CallEscalated', ticket, window, climbed(hall, ticket, call_facts(ticket)))
  return {}
end)

act('unseen', function(hall, order)
  local ticket = present_call(hall, order.ticket, order.times)
  if not ticket or ticket.shown ~= 0 then return {} end
  note_on(hall, ticket, { shown = MISSED_BY_ALL })
  count(hall, ticket.queue .. '|unseen', 1)
  emit(hall, 'CallUnseen', ticket, load_window(hall, ticket.window),
    { 'times', ticket.times_called, 'how', MISSED_BY_ALL })
  return {}
end)

act('shown', function(hall, order)
  for _, call_ in ipairs(order.calls) do
    local window = load_window(hall, call_[1])
    local ticket = window.number == call_[2] and present_call(hall, window.ticket, call_[3])
    if ticket and not has(ticket.shown, order.how) then
      note_on(hall, ticket, { shown = bit.bor(ticket.shown, order.how) })
      emit(hall, 'CallShown', ticket, window,
        { 'times', ticket.times_called, 'how', order.how, 'name', order.name, 'device', order.device })
    end
  end
  return {}
end)

act('follow', function(hall, order)
  local ticket = load_ticket(hall, order.ticket)
  if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
  if ticket.phone == 0 and not FINAL[ticket.status] then
    note_on(hall, ticket, { phone = 1 })
    emit(hall, 'TicketFollowed', ticket, { window = ticket.window })
  end
  return done(ticket)
end)

act('near', function(hall, order)
  local ticket = load_ticket(hall, order.ticket)
  if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
  if ticket.status == 'waiting' and ticket.near == 0 then
    note_on(hall, ticket, { near = 1 })
    ticket.was = ticket.status -- it stays where it is, for whoever counts
    emit(hall, 'TicketNear', ticket)
  end
  return done(ticket)
end)
