-- open_window, pause_window, resume_window, close_window: a window's own status. serve_by_skills: the one who opened it
-- can serve other queues from now on; nothing happens to a window that was closed or opened anew meanwhile.
-- Refuse: WINDOW_NOT_OPEN, WINDOW_BUSY (close with a ticket called or served).
-- Emit: WindowOpened, WindowPaused, WindowResumed, WindowClosed.

-- An act of the window itself is its last act now: what it did before can no longer be taken back.
local function overtake_last_act(hall, window)
  local raw = redis.call('HGET', hall.p .. ':u', window.window)
  if not raw then return end
  local deed = cmsgpack.unpack(raw)
  deed[4] = -1 -- no ticket has this revision
  redis.call('HSET', hall.p .. ':u', window.window, cmsgpack.pack(deed))
end

local function set_status(hall, window, status, reason)
  window.status, window.reason, window.since = status, reason, hall.at
  save_window(hall, window)
  overtake_last_act(hall, window)
end

act('open_window', function(hall, order)
  local window = load_window(hall, order.window)
  window.staff, window.queues = order.staff, diversions.queues_at(hall, order.window, order.queues)
  window.by_person, window.chosen = order.by_person or '', order.chosen or {}
  set_status(hall, window, 'open', '')
  emit(hall, 'WindowOpened', nil, window, { 'queues', window.queues })
  diversions.opened(hall, order.window)
  return done(nil, window)
end)

local function serves_the_same(window, queues)
  if #window.queues ~= #queues then return false end
  for index, share in ipairs(queues) do
    local now = window.queues[index]
    if now[1] ~= share[1] or now[2] ~= share[2] then return false end
  end
  return true
end

act('serve_by_skills', function(hall, order)
  local window = load_window(hall, order.window)
  local is_theirs = window.by_person == order.by_person and window.since == order.since
  local queues = diversions.queues_at(hall, order.window, order.queues)
  if window.status ~= 'closed' and is_theirs and not serves_the_same(window, queues) then
    diversions.serve(hall, window, queues)
  end
  return done(nil, window)
end)

local function wrong_window_status(window)
  return refuse('WINDOW_NOT_OPEN', { 'window', window.window, 'status', window.status })
end

act('pause_window', function(hall, order)
  local window = load_window(hall, order.window)
  if window.status ~= 'open' then return wrong_window_status(window) end
  set_status(hall, window, 'paused', order.reason)
  emit(hall, 'WindowPaused', nil, window, { 'reason', order.reason })
  return done(nil, window)
end)

act('resume_window', function(hall, order)
  local window = load_window(hall, order.window)
  if window.status ~= 'paused' then
    return refuse('WINDOW_NOT_PAUSED', { 'window', window.window, 'status', window.status })
  end
  set_status(hall, window, 'open', '')
  emit(hall, 'WindowResumed', nil, window)
  return done(nil, window)
end)

-- Whoever waited for this window alone waits in the common queue again, with the same turn.
local function free_those_who_wait_for(hall, window)
  local key = hall.p .. ':q:@' .. window.window
  for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local ticket = load_ticket(hall, id)
    change(hall, ticket, { only_window = 0 })
    emit(hall, 'TicketTransferred', ticket, nil, { 'place', 'seniority', 'only_window', 0,
      'stop', ticket.stop, 'stops', stops_of(ticket), 'reason', 'window_closed', 'since', ticket.since })
  end
end

local function close_window(hall, window)
  set_status(hall, window, 'closed', '')
  emit(hall, 'WindowClosed', nil, window)
  free_those_who_wait_for(hall, window)
end

act('close_window', function(hall, order)
  local window = load_window(hall, order.window)
  if window.status == 'closed' then return wrong_window_status(window) end
  if window.ticket ~= '' then
    local busy = load_ticket(hall, window.ticket)
    return refuse('WINDOW_BUSY', { 'ticket', busy.id, 'number', busy.number, 'status', busy.status })
  end
  close_window(hall, window)
  diversions.closed(hall, order.window)
  return done(nil, window)
end)
