-- undo: takes back a window's own last act on a ticket.
-- Refuses: NOTHING_TO_UNDO; TOO_LATE after `within_ms`, when the ticket or the window has moved on or closed, or when
--          the visitor of a finished ticket already has another one for its queue.
-- Emits: ActUndone {undone}; the ticket's status is again what it was before.

local function came_again(hall, ticket, person, queue)
  return FINAL[ticket.status] and open_ticket_of(hall, person, queue)
end

act('undo', function(hall, order)
  local raw = redis.call('HGET', hall.p .. ':u', order.window)
  if not raw then return refuse('NOTHING_TO_UNDO', { 'window', order.window }) end
  local at, event, id, revision, ticket_before, window_before = unpack(cmsgpack.unpack(raw))
  local ticket, window = load_ticket(hall, id), load_window(hall, order.window)
  local before, then_window = unpack_record(ticket_before, TICKET), unpack_record(window_before, WINDOW)
  if hall.at - at > order.within_ms or not ticket or ticket.revision ~= revision
    or window.status == 'closed' or came_again(hall, ticket, before.person, before.queue)
    or (event == 'ServiceFinished' and ratings.is_rated(hall, id, before.stop)) then
    return refuse('TOO_LATE', { 'undone', event, 'within_s', order.within_ms / 1000 })
  end

  before.phone, before.near, before.offers = ticket.phone, ticket.near, ticket.offers -- what its visitor has and was told is not undone
  before.speaks, before.interpreter = ticket.speaks, ticket.interpreter
  before.checked, before.missing = ticket.checked, ticket.missing
  if before.status == 'waiting' then before.only_window = still_only(hall, before) end
  local was_queue = ticket.queue
  restore(hall, ticket, before)
  for _, name in ipairs({ 'ticket', 'number', 'call_queue', 'called_at', 'times', 'step', 'language' }) do
    window[name] = then_window[name]
  end
  save_window(hall, window)
  redis.call('HDEL', hall.p .. ':u', order.window)

  local waited_ms = ticket.called_at - ticket.since
  local facts = { 'undone', event, 'was_queue', was_queue, 'since', before.since,
    'only_window', before.only_window, 'times', before.times_called, 'shown', then_window.number,
    'shown_queue', then_window.call_queue, 'shown_at', then_window.called_at, 'shown_times', then_window.times,
    'shown_step', then_window.step, 'shown_language', then_window.language,
    'step', before.step, 'coming', before.coming, 'how', before.shown, 'was_step', ticket.step,
    'phone', before.phone, 'booked', before.booked, 'near', before.near,
    'stop', before.stop, 'stops', stops_of(before) }
  if event == 'TicketCalled' then
    facts[#facts + 1], facts[#facts + 2] = 'waited_ms', waited_ms
    count_wait(hall, before.queue, waited_ms, -1)
    if ticket.step == 'flash' then count(hall, before.queue .. '|flashed', -1) end
    if ticket.step == 'voice' then count(hall, before.queue .. '|voiced', -1) end
  elseif event == 'TicketMissed' then
    count(hall, before.queue .. '|missed', -1)
  elseif event == 'ServiceFinished' then
    count(hall, before.queue .. '|done', -1)
    ratings.unfinished(hall, before.id, before.stop, window.window)
    promises.unmade(hall, before.id, before.stop)
  end
  emit(hall, 'ActUndone', before, window, facts)
  return done(before, window)
end)
