-- The house of a hall: its keys, its records, its stream. Every act below is built from these.
--
-- Keys, all with the hall's hash tag, so that one act touches one shard (P = gw:{hall}):
--   P        hash    day, at (latest moment), position (of the stream), previous_day
--   P:n      hash    numbers given today, per queue; `#` counts all tickets of the day
--   P:q:Q    zset    waiting tickets of queue Q by turn; Q is `@N` for those that wait for window N alone
--   P:q      set     every Q that ever held a ticket
--   P:park   zset    held and missed tickets, by the moment they wait again by themselves (+inf: never)
--   P:t:D:B  hash    packed tickets of day D, 64 to a bucket: small hashes stay compact
--   P:w      hash    window number -> packed window
--   P:u      hash    window number -> what its last act can be taken back to
--   P:v      hash    queue:person -> ticket, today
--   P:i      hash    idempotency key -> body digest and first answer, today
--   P:s      hash    today's counters: see `count`
--   P:d      hash    device id -> packed device
--   P:h      hash    device id -> packed report of how it is
--   P:l      hash    lease id -> packed lease, today; `=LEASE:NUMBER` -> the id of the ticket that was handed in with it;
--                    `~Q` -> packed stretches of Q's numbers that were skipped after a restore; `@DEVICE:Q` -> how many
--                    numbers of Q a device was given
--   P:a      hash    calls for help, today: id -> packed call; `=DEVICE` -> its call that nobody answered yet
--   P:r      hash    counters of limits, today
--   P:x, P:xs, P:xd  hashes of diversions, today; see 24_diversions.lua
--   P:c      hash    ticket id -> packed list of sealed contacts, latest last, today
--   P:k      hash    booking code -> packed booking, until 40 days after its slot
--   P:kc     hash    booking code -> packed list of sealed contacts, until a day after it came to its end
--   P:kn     hash    pool|start -> places in use of the slot that begins then
--   P:kp     hash    service|person -> the code of the person's open booking
--   P:kd     zset    what is due: `what:CODE` and the like, by its moment; see 35_due.lua
--   P:kw:L   zset    codes of those who wait for a place of pool L, by the moment they asked
--   P:kx     hash    person -> packed moments of the bookings they missed
--   P:kb     hash    person -> until when they cannot book
--   P:e      stream  events, numbered 1-0, 2-0, 3-0 ... without gaps
--   P:ap     string  up to here the stream is archived, where there is an archive: it is trimmed only behind that
--   P:g, P:gw ... of ratings and cases: 21_ratings.lua; P:y ... of interpreters: 20_interpreters.lua; P:z of zones: 27_places.lua;
--   P:sh of shifts: 45_staff.lua

local BUCKET = 64

-- What records of an older library lack.
local LATER = { voice = 0, phone = 0, step = '', shown = 0, language = '', booked = 0, near = 0, offers = {}, own = {},
  served_by = '', journey = '', held_for = '', ended = {}, aside = {},
  outside = '', let_in = 0, speaks = '', interpreter = '', checked = '', missing = {}, escalated = {}, news = {}, code = '', visits = {},
  by_person = '', chosen = {} }

-- Who goes with visitors; see 20_interpreters.lua.
local interpreters = {}

-- What lies in boxes; see 43_lockers.lua.
local lockers = {}

local function hall_of(p, order)
  local known = redis.call('HMGET', p, 'day', 'at', 'position')
  local hall = {
    p = p,
    day = known[1] or '',
    at = math.max(order.at, tonumber(known[2] or 0)),
    position = tonumber(known[3] or 0),
    actor = order.actor,
  }
  hall.begun = hall.position
  return hall
end

local function pack(record, fields)
  local values = {}
  for index, name in ipairs(fields) do values[index] = record[name] end
  return cmsgpack.pack(values)
end

local function unpack_record(raw, fields)
  local values, record = cmsgpack.unpack(raw), {}
  for index, name in ipairs(fields) do
    record[name] = values[index]
    if record[name] == nil then record[name] = LATER[name] end
  end
  return record
end

local function listed(record, fields)
  local values = {}
  for index, name in ipairs(fields) do values[index] = record[name] end
  return values
end

local function ticket_key(hall, id)
  local day, ordinal = string.match(id, '^(%d%d%d%d%d%d)%-(%d+)$')
  if not day then return nil end
  ordinal = tonumber(ordinal)
  if string.format('%s-%07d', day, ordinal) ~= id then return nil end -- one ticket, one spelling
  return hall.p .. ':t:' .. day .. ':' .. math.floor(ordinal / BUCKET), ordinal % BUCKET
end

local function load_ticket(hall, id)
  local key, field = ticket_key(hall, id)
  local raw = key and redis.call('HGET', key, field)
  if not raw then return nil end
  local ticket = unpack_record(raw, TICKET)
  ticket.id = id
  return ticket
end

local function load_window(hall, number)
  local raw = redis.call('HGET', hall.p .. ':w', number)
  local window = raw and unpack_record(raw, WINDOW) or {
    status = 'closed', staff = '', queues = {}, ticket = '', since = hall.at,
    number = '', call_queue = '', called_at = 0, times = 0, reason = '', step = '', language = '',
    by_person = '', chosen = {},
  }
  window.window = number
  return window
end

local function save_window(hall, window)
  redis.call('HSET', hall.p .. ':w', window.window, pack(window, WINDOW))
end

-- The one window that a ticket waits for, or 0: nobody waits for a closed window.
local function still_only(hall, ticket)
  if ticket.only_window > 0 and load_window(hall, ticket.only_window).status == 'closed' then return 0 end
  return ticket.only_window
end

local function queue_key(hall, ticket)
  local name = ticket.only_window > 0 and '@' .. ticket.only_window or ticket.queue
  return hall.p .. ':q:' .. name, name
end

local function leave_index(hall, ticket)
  if ticket.status == 'waiting' then
    redis.call('ZREM', queue_key(hall, ticket), ticket.id)
  elseif PARKED[ticket.status] then
    redis.call('ZREM', hall.p .. ':park', ticket.id)
  end
end

local function enter_index(hall, ticket)
  if ticket.status == 'waiting' then
    local key, name = queue_key(hall, ticket)
    redis.call('ZADD', key, ticket.turn, ticket.id)
    redis.call('SADD', hall.p .. ':q', name)
  elseif PARKED[ticket.status] then
    redis.call('ZADD', hall.p .. ':park', ticket.wake_at > 0 and ticket.wake_at or '+inf', ticket.id)
  end
end

local function write_ticket(hall, ticket)
  local key, field = ticket_key(hall, ticket.id)
  redis.call('HSET', key, field, pack(ticket, TICKET))
end

-- Whose open ticket of its queue this is, where the person is known.
local function name_person(hall, ticket)
  if ticket.person ~= '' then redis.call('HSET', hall.p .. ':v', ticket.queue .. ':' .. ticket.person, ticket.id) end
end

-- The one place where a ticket changes: it leaves its index, changes, enters its index, is written.
local function change(hall, ticket, changes)
  leave_index(hall, ticket)
  ticket.was = ticket.status
  for name, value in pairs(changes) do ticket[name] = value end
  if ticket.status ~= 'waiting' then ticket.outside, ticket.let_in = '', 0 end
  ticket.revision = ticket.revision + 1
  if changes.queue then name_person(hall, ticket) end
  if ticket.speaks ~= '' then interpreters.follow(hall, ticket) end
  enter_index(hall, ticket)
  write_ticket(hall, ticket)
end

-- Puts a ticket back as it was; its revision still moves on.
local function restore(hall, ticket, before)
  leave_index(hall, ticket)
  before.id, before.revision, before.was = ticket.id, ticket.revision + 1, ticket.status
  before.outside, before.let_in = '', 0 -- whoever was called has been let in
  name_person(hall, before)
  if before.speaks ~= '' then interpreters.follow(hall, before) end
  enter_index(hall, before)
  write_ticket(hall, before)
end

local function ahead_of(hall, ticket)
  if ticket.status ~= 'waiting' then return 0 end
  return redis.call('ZRANK', queue_key(hall, ticket), ticket.id) or 0
end

local function count(hall, name, by)
  redis.call('HINCRBY', hall.p .. ':s', name, by + 0) -- minus nought is no integer to Redis
end

local function coded(facts)
  local list = {}
  for index = 1, #facts, 2 do list[index], list[index + 1] = FACT[facts[index]], facts[index + 1] end
  return list
end

-- Appends one event. `facts` is a flat list: name, value, name, value ... Packed as `PackedEvent` in store/events.py.
local function emit(hall, name, ticket, window, facts)
  hall.position = hall.position + 1
  local t, w = ticket or {}, window or {}
  redis.call('XADD', hall.p .. ':e', hall.position .. '-0', 'e', cmsgpack.pack({
    EVENT[name], hall.at, t.id or '', t.number or '', t.queue or '', t.service or '', w.window or 0,
    STATE[t.status or w.status] or 0, STATE[t.was] or 0, t.priority or '', hall.at - (t.turn or hall.at),
    hall.actor, w.staff or '', coded(facts or {}),
  }))
end

local function refuse(code, facts)
  return { refusal = code, facts = facts or {} }
end

local function done(ticket, window)
  return { ticket = ticket, window = window }
end

-- Packs an outcome as an `Acted`; `thing` is the id of what is neither ticket nor window.
local function answer(hall, outcome)
  if outcome.refusal then return cmsgpack.pack({ outcome.refusal, outcome.facts }) end
  local ticket, window = outcome.ticket, outcome.window
  local reply = { '', {}, hall.position }
  reply[4] = window and listed(window, WINDOW) or cjson.null -- packed as nil
  reply[5] = ticket and ticket.id or outcome.thing or ''
  if ticket then reply[6], reply[7] = listed(ticket, TICKET), ahead_of(hall, ticket) end
  if outcome.rows then
    if not ticket then reply[6], reply[7] = cjson.null, 0 end
    reply[8] = outcome.rows
  end
  return cmsgpack.pack(reply)
end
