-- An act: one order, checked, carried out, told. A repeated order gets its first answer and has no second effect.

local DAY_NOT_CLOSED, WENT_BACK = 'DAY_NOT_CLOSED', 'WENT_BACK'

-- Whether this store knows less than whoever asks: it was restored from an older copy, and must skip before it goes on.
local function went_back(hall, order)
  local known_day = order.known_day or '' -- servers of before say nothing
  if known_day == '' then return false end
  return hall.day < known_day or (hall.day == known_day and hall.position < order.known)
end

local function first_answer(hall, order)
  if order.key == '' then return nil end
  local seen = redis.call('HGET', hall.p .. ':i', order.key)
  if not seen then return nil end
  if string.sub(seen, 1, #order.body) ~= order.body then
    return cmsgpack.pack({ 'IDEMPOTENCY_MISMATCH', {} })
  end
  return string.sub(seen, #order.body + 1)
end

-- Refusals that ask for something more: the request may come again with it under its key.
local ASKING = { IDENTITY_NEEDED = true, POSITION_NEEDED = true }

-- A code that was taken stays taken: what is tried with another one has another key.
local function may_come_again(order, outcome)
  if ASKING[order.refusal] then return true end
  return order.again == 1 and outcome.refusal and outcome.refusal ~= 'CODE_TAKEN'
end

local function remember(hall, order, outcome, reply)
  if order.key == '' or may_come_again(order, outcome) then return end
  redis.call('HSET', hall.p .. ':i', order.key, order.body .. reply)
end

local function keep_position(hall)
  if hall.position > hall.begun then
    redis.call('HSET', hall.p, 'day', hall.day, 'at', hall.at, 'position', hall.position)
  end
end

-- Registers `gw_NAME`: KEYS[1] = P, ARGV[1] = the order as a MessagePack map; answers a packed `Acted`.
-- `body(hall, order)` must refuse before it writes.
local function act(name, body)
  redis.register_function('gw_' .. name, function(keys, args)
    local order = cmsgpack.unpack(args[1])
    local hall = hall_of(keys[1], order)
    if went_back(hall, order) then return cmsgpack.pack({ WENT_BACK, {} }) end
    if hall.day == '' then
      hall.day = order.day
      emit(hall, 'DayClosed', nil, nil, { 'day', '', 'next_day', order.day }) -- the first day has none before it
    end
    if order.day > hall.day then return cmsgpack.pack({ DAY_NOT_CLOSED, {} }) end
    local reply = first_answer(hall, order)
    if reply then return reply end
    local outcome
    if order.refusal ~= '' then
      outcome = refuse(order.refusal, order.refusal_facts)
    else
      outcome = body(hall, order)
    end
    keep_position(hall)
    reply = answer(hall, outcome)
    remember(hall, order, outcome, reply)
    return reply
  end)
end

-- An act on one ticket by its id.
local function act_on_ticket(name, move, body)
  act(name, function(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    if not MOVES[move].from[ticket.status] then
      return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status })
    end
    return body(hall, order, ticket)
  end)
end

-- An act of a window on its current ticket. What it changed can be taken back by `undo`.
local function act_at_window(name, move, body)
  act(name, function(hall, order)
    local window = load_window(hall, order.window)
    if window.ticket == '' then return refuse('NO_TICKET', { 'window', order.window }) end
    local ticket = load_ticket(hall, window.ticket)
    if not MOVES[move].from[ticket.status] then
      return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status })
    end
    return body(hall, order, ticket, window)
  end)
end

-- Carries out `work`, and keeps what `undo` needs: the ticket and the window before it, and the event it emits.
local function undoable(hall, event, ticket, window, work)
  local before = { pack(ticket, TICKET), pack(window, WINDOW) }
  work()
  redis.call('HSET', hall.p .. ':u', window.window,
    cmsgpack.pack({ hall.at, event, ticket.id, ticket.revision, before[1], before[2] }))
end

-- What a ticket forgets of its last call when it waits again, with `changes` on top.
local function waiting_again(since, changes)
  changes.status, changes.since, changes.window, changes.wake_at = 'waiting', since, 0, 0
  changes.called_at, changes.started_at, changes.times_called, changes.coming = 0, 0, 0, 0
  changes.step, changes.shown, changes.held_for = '', 0, ''
  return changes
end

-- The facts of an event that begins a wait, with the wait that its visitor is told (seconds), where one is.
local function with_promise(ticket, facts)
  for index, name in ipairs({ 'p10_s', 'p50_s', 'p90_s' }) do
    local told = ticket.promise[index]
    if told then facts[#facts + 1], facts[#facts + 2] = name, told end
  end
  return facts
end

local function stops_of(ticket)
  return math.max(1, #ticket.stops)
end

-- note_key: a request that is known by its own contents keeps its Idempotency-Key to one body. Refuses nothing else.
act('note_key', function() return {} end)
