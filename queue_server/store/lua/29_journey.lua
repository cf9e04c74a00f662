-- replan: another path for a ticket that waits, or that its path holds: the present stop is the first of `rest`.
-- Refuses: NO_SUCH_TICKET; WRONG_STATUS; PATH_CHANGED when the ticket is no longer as it was when this was planned.
-- Emits: TicketTransferred where it waits for another queue from now on, since when it has waited before; TicketHeld
--        where it cannot be there yet; TicketReinstated for one that waits again; TicketPlanned, with `reason`.

function journeys.moves(ticket, first)
  return ticket.service ~= first[1] or ticket.queue ~= first[2]
end

-- One that waits goes on waiting, with its turn and since when it has waited, where its first stop is now.
function journeys.wait_elsewhere(hall, order, ticket, first, stops)
  local moves = journeys.moves(ticket, first)
  change(hall, ticket, {
    stops = stops, service = first[1], queue = first[2], only_window = moves and 0 or ticket.only_window,
    promise = moves and order.promise or ticket.promise,
  })
  if not moves then return end
  emit(hall, 'TicketTransferred', ticket, nil, with_promise(ticket, { 'place', 'seniority', 'only_window', 0,
    'stop', ticket.stop, 'stops', stops_of(ticket), 'reason', 'planned', 'since', ticket.since }))
end

-- One that is held on its way is held for the new way, or waits at once.
function journeys.wait_again(hall, order, ticket, first, stops)
  change(hall, ticket, waiting_again(hall.at, {
    stops = stops, service = first[1], queue = first[2], only_window = 0, promise = order.promise,
  }))
  emit(hall, 'TicketReinstated', ticket, nil, with_promise(ticket,
    { 'reason', 'planned', 'since', hall.at, 'only_window', 0 }))
end

act('replan', function(hall, order)
  local ticket = load_ticket(hall, order.ticket)
  if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
  local held = ticket.status == 'held' and (ticket.held_for == 'walking' or ticket.held_for == 'gap')
  if ticket.status ~= 'waiting' and not held then
    return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status })
  end
  local stops = journeys.stops_after(order, ticket, ticket.stop)
  if not stops then return refuse('PATH_CHANGED', { 'ticket', ticket.id }) end
  local first = stops[ticket.stop]
  if held then
    journeys.wait_again(hall, order, ticket, first, stops)
  else
    journeys.wait_elsewhere(hall, order, ticket, first, stops)
  end
  journeys.hold(hall, order, ticket)
  journeys.tell(hall, order, ticket)
  return done(ticket)
end)
