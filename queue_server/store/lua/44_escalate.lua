-- escalate: a ticket becomes a hard case (难办事项). A case opens in any event; where the hall has a queue for hard cases
-- (`queue`), the ticket goes there with the priority of hard cases and the turn that it had. One that is done stays so: its
-- visitor has a new ticket there, with the turn of the old one. See 38_ratings.lua for what becomes of the case.
-- Refuses: NO_SUCH_TICKET, WRONG_STATUS (cancelled, expired), ALREADY_ESCALATED {ticket, case}, WRONG_WINDOW {window}
--          for a window that did not serve it; ALREADY_WAITING where its visitor has another ticket for that queue.
-- Emits: TicketTransferred {reason escalated} or TicketIssued {reason escalated}; CaseOpened {kind hard_case};
--        TicketEscalated {case, reason, number of the ticket that goes on}.
-- Answers the ticket that goes on, and the row { case }.

do
  local GOES = { waiting = true, called = true, serving = true, held = true, missed = true, done = true }
  local AT_WINDOW = { called = true, serving = true }

  local function served_at(hall, ticket, window)
    if ticket.window == window then return true end
    for stop = 1, ratings.latest(ticket) do
      local found = ratings.load(hall, ticket, stop)
      if found and found.window == window then return true end
    end
    return false
  end

  -- What a ticket of a visit that is over goes on with: one for that queue alone, which nobody has to ask for.
  local function goes_on_as(hall, order, ticket)
    local of = {
      stops = { { ticket.service, order.queue } }, priority = 'hard_case', channel = ticket.channel,
      language = ticket.language, person = ticket.person, credit_ms = 0, promise = order.promise, voice = ticket.voice,
    }
    local fresh = next_ticket(hall, of)
    fresh.turn = ticket.turn - order.gain_ms
    local contacts = redis.call('HGET', hall.p .. ':c', ticket.id)
    if contacts then redis.call('HSET', hall.p .. ':c', fresh.id, contacts) end
    return fresh
  end

  local function move(hall, order, ticket, case)
    local window = AT_WINDOW[ticket.status] and load_window(hall, ticket.window)
    local since = ticket.status == 'waiting' and ticket.since or hall.at
    local stays = ticket.outside == order.zone -- who stood before the door of another zone does not wait for that one
    change(hall, ticket, waiting_again(since, {
      queue = order.queue, only_window = 0, turn = ticket.turn - order.gain_ms, priority = 'hard_case',
      promise = order.promise, escalated = { case }, outside = stays and ticket.outside or '', let_in = 0,
    }))
    if window then release(hall, window) end
    local facts = { 'place', 'seniority', 'only_window', 0, 'stop', ticket.stop, 'stops', stops_of(ticket),
      'reason', 'escalated', 'since', since }
    if ticket.outside ~= '' then facts[#facts + 1], facts[#facts + 2] = 'outside', ticket.outside end
    emit(hall, 'TicketTransferred', ticket, window or nil, with_promise(ticket, facts))
  end

  local function go_on(hall, order, ticket, case)
    local fresh = goes_on_as(hall, order, ticket)
    fresh.escalated = { case }
    let_wait(hall, fresh, with_promise(fresh,
      { 'channel', fresh.channel, 'language', fresh.language, 'stops', 1, 'reason', 'escalated' }))
    change(hall, ticket, { escalated = { case, fresh.number, fresh.id } })
    return fresh
  end

  local function refusal_of(hall, order, ticket)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    if ticket.escalated[1] then
      return refuse('ALREADY_ESCALATED', { 'ticket', ticket.id, 'case', ticket.escalated[1] })
    end
    if not GOES[ticket.status] then return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status }) end
    if order.window > 0 and not served_at(hall, ticket, order.window) then
      return refuse('WRONG_WINDOW', { 'window', order.window })
    end
    if order.queue == '' or ticket.status ~= 'done' then return nil end
    return already_waiting(hall, { person = ticket.person }, order.queue)
  end

  act('escalate', function(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    local refusal = refusal_of(hall, order, ticket)
    if refusal then return refusal end
    local of = {
      number = ticket.number, queue = ticket.queue, service = ticket.service, window = ticket.window,
      staff = ticket.served_by, score = 0, tags = {}, comment = order.reason,
    }
    local stop = math.max(ratings.latest(ticket), 1)
    local case = ratings.open_case(hall, 'hard_case', ticket.id, stop, of, order).id
    local goes = ticket
    if order.queue == '' then change(hall, ticket, { escalated = { case } })
    elseif ticket.status == 'done' then goes = go_on(hall, order, ticket, case)
    else move(hall, order, ticket, case) end
    emit(hall, 'TicketEscalated', { id = ticket.id, number = ticket.number, queue = of.queue, service = of.service }, nil,
      { 'case', case, 'reason', order.reason, 'number', goes.number })
    return { ticket = goes, rows = { { case } } }
  end)
end
