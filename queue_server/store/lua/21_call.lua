-- call_next: gives this window the earliest head of the queues it serves, each after its handicap.
-- call_ticket: gives it one waiting ticket out of turn; the event says `override`.
-- recall: calls the current ticket again, a step further up the ladder.
-- Refuse: WINDOW_NOT_OPEN, WINDOW_BUSY (with its ticket), NOBODY_WAITING; NO_SUCH_TICKET, WRONG_STATUS;
--         TOO_SOON (with retry_after_s), RECALL_LIMIT.
-- Emit: TicketCalled, TicketRecalled; call_next: TicketHeld {reason interpreter} for those on the way who need an interpreter
-- while none is free, and then it may yet refuse NOBODY_WAITING.

local function not_ready(hall, window)
  if window.ticket ~= '' then
    local busy = load_ticket(hall, window.ticket)
    return refuse('WINDOW_BUSY', { 'ticket', busy.id, 'number', busy.number, 'status', busy.status })
  end
  if window.status ~= 'open' then
    return refuse('WINDOW_NOT_OPEN', { 'window', window.window, 'status', window.status })
  end
end

local function wait_bucket(wait_s)
  if wait_s < FINE_UNTIL_S then return math.floor(wait_s / FINE_S) end
  if wait_s < MIDDLE_UNTIL_S then
    return FIRST_MIDDLE + math.floor((wait_s - FINE_UNTIL_S) / MIDDLE_S)
  end
  return math.min(FIRST_COARSE + math.floor((wait_s - MIDDLE_UNTIL_S) / COARSE_S), LAST_BUCKET)
end

local function count_wait(hall, queue, wait_ms, by)
  count(hall, queue .. '|called', by)
  count(hall, queue .. '|waited_ms', wait_ms * by)
  count(hall, queue .. '|b' .. wait_bucket(math.floor(wait_ms / 1000)), by)
end

-- Who asked for voice, or has no phone to be called on, is spoken to at once.
local function first_step(ticket)
  return (ticket.voice == 1 or ticket.phone == 0) and 'voice' or 'silent'
end

local NEXT_STEP = { silent = 'flash', flash = 'voice', voice = 'voice' }

-- Counts and tells, as facts of the call's event, that a call has come to a step that it had not come to before.
local function climbed(hall, ticket, facts)
  facts[#facts + 1], facts[#facts + 2] = 'climbed', 1
  if ticket.step == 'flash' then count(hall, ticket.queue .. '|flashed', 1) end
  if ticket.step == 'voice' then count(hall, ticket.queue .. '|voiced', 1) end
  return facts
end

local function show_call(hall, ticket, window)
  window.ticket, window.number, window.call_queue = ticket.id, ticket.number, ticket.queue
  window.called_at, window.times = hall.at, ticket.times_called
  window.step, window.language = ticket.step, ticket.language
  save_window(hall, window)
end

local function call_facts(ticket)
  return { 'times', ticket.times_called, 'language', ticket.language, 'channel', ticket.channel, 'step', ticket.step }
end

-- `override` is nil in turn, else why it was out of turn (which may be left unsaid).
local function call(hall, ticket, window, override)
  local waited = hall.at - ticket.since
  undoable(hall, 'TicketCalled', ticket, window, function()
    change(hall, ticket, {
      status = MOVES.call.to, window = window.window, called_at = hall.at,
      times_called = ticket.times_called + 1, coming = 0, step = first_step(ticket), shown = 0,
    })
    show_call(hall, ticket, window)
  end)
  count_wait(hall, ticket.queue, waited, 1)
  local facts = climbed(hall, ticket, call_facts(ticket))
  facts[#facts + 1], facts[#facts + 2] = 'waited_ms', waited
  if override then facts[#facts + 1], facts[#facts + 2] = 'override', 1 end
  if override and override ~= '' then facts[#facts + 1], facts[#facts + 2] = 'reason', override end
  emit(hall, 'TicketCalled', ticket, window, facts)
  return done(ticket, window)
end

local function earliest_head(hall, window)
  local best, best_turn
  local function consider(queue, handicap_s)
    local head = redis.call('ZRANGE', hall.p .. ':q:' .. queue, 0, 0, 'WITHSCORES')
    if not head[1] then return end
    local turn = tonumber(head[2]) + handicap_s * 1000
    if not best or turn < best_turn then best, best_turn = head[1], turn end
  end
  consider('@' .. window.window, 0)
  for _, share in ipairs(window.queues) do consider(share[1], share[2]) end
  return best
end

act('call_next', function(hall, order)
  local window = load_window(hall, order.window)
  local refusal = not_ready(hall, window)
  if refusal then return refusal end
  local head = earliest_head(hall, window)
  while head do
    local ticket = load_ticket(hall, head)
    if interpreters.is_ready(hall, ticket) then return call(hall, ticket, window, nil) end
    interpreters.hold(hall, ticket)
    head = earliest_head(hall, window)
  end
  return refuse('NOBODY_WAITING', { 'window', window.window })
end)

act_on_ticket('call_ticket', 'call', function(hall, order, ticket)
  local window = load_window(hall, order.window)
  return not_ready(hall, window) or call(hall, ticket, window, order.reason)
end)

act_at_window('recall', 'recall', function(hall, order, ticket, window)
  local wait_ms = window.called_at + order.gap_ms - hall.at
  if wait_ms > 0 then return refuse('TOO_SOON', { 'retry_after_s', math.ceil(wait_ms / 1000) }) end
  if ticket.times_called > order.limit then return refuse('RECALL_LIMIT', { 'recalls', order.limit }) end
  local before, step = ticket.step, NEXT_STEP[ticket.step] or 'voice'
  undoable(hall, 'TicketRecalled', ticket, window, function()
    change(hall, ticket,
      { times_called = ticket.times_called + 1, called_at = hall.at, step = step, coming = 0, shown = 0 })
    show_call(hall, ticket, window)
  end)
  local facts = call_facts(ticket)
  emit(hall, 'TicketRecalled', ticket, window, step ~= before and climbed(hall, ticket, facts) or facts)
  return done(ticket, window)
end)
