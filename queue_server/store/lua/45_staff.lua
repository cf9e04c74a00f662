-- People who work here. Accounts are the installation's: their keys have one hash tag of their own (P = gw:{staff}).
--   P          hash    position of their stream, at (latest moment)
--   P:p        hash    person -> packed { revision, record }; the record is Python's, and read by nobody here
--   P:n        hash    what no two share (`name X`, `number X`, `key X`, `login X`) -> person
--   P:s        hash    session -> packed { person, begun, until, how }; P:sp:PERSON  set of their sessions
--   P:f:WHAT   string  packed { tries that failed, locked until }, for as long as they count
--   P:i:KEY    string  body digest and first answer of a repeated request, for a day
--   P:e        stream  events, numbered without gaps as a hall's
-- Of a hall: P:sh:DAY  hash  shift -> packed ShiftRecord; P staff_at: up to where the accounts' stream was told there.
--
-- staff_save: an account as it shall be, if nobody changed it meanwhile. staff_attempt: counts a try beforehand.
-- staff_begin, staff_end: sessions. staff_unlock: tries are forgotten.
-- tell_staff: the same in a hall's own stream, once. plan_shift, drop_shift: who works when.
-- Refuse: staff_save: STAFF_MOVED, NAME_TAKEN {name}; staff_attempt: LOCKED_OUT {retry_after_s};
--         staff_begin: STAFF_MOVED; plan_shift: SHIFT_OVERLAPS {shift}; drop_shift: NO_SUCH_SHIFT {shift}.
-- Emit: StaffChanged {change, name, what, halls}; ShiftChanged {change: planned, dropped; shift, what = window}.

do
  local KEPT_MS, MOST_EVENTS, SHIFT_KEPT_MS = 93600000, 20000, 40 * 86400000

  local function tell(hall, order, change)
    if change == '' then return end
    emit(hall, 'StaffChanged', nil, { staff = order.person },
      { 'change', change, 'number', order.number, 'name', order.name, 'what', order.what, 'halls', order.halls,
        'whence', order.whence })
    redis.call('XTRIM', hall.p .. ':e', 'MAXLEN', '~', MOST_EVENTS)
  end

  -- As `act` for a hall; what was refused may come again under its key.
  local function staff_act(name, body)
    redis.register_function('gw_' .. name, function(keys, args)
      local order = cmsgpack.unpack(args[1])
      local hall = hall_of(keys[1], order)
      local kept = hall.p .. ':i:' .. order.key
      local seen = order.key ~= '' and redis.call('GET', kept)
      if seen then
        if string.sub(seen, 1, #order.body) ~= order.body then return cmsgpack.pack({ 'IDEMPOTENCY_MISMATCH', {} }) end
        return string.sub(seen, #order.body + 1)
      end
      local outcome = body(hall, order)
      if hall.position > hall.begun then redis.call('HSET', hall.p, 'at', hall.at, 'position', hall.position) end
      local reply = answer(hall, outcome)
      if order.key ~= '' and not outcome.refusal then redis.call('SET', kept, order.body .. reply, 'PX', KEPT_MS) end
      return reply
    end)
  end

  local function revision_of(hall, person)
    local raw = redis.call('HGET', hall.p .. ':p', person)
    return raw and cmsgpack.unpack(raw)[1] or 0
  end

  local function end_session(hall, person, session)
    redis.call('HDEL', hall.p .. ':s', session)
    redis.call('SREM', hall.p .. ':sp:' .. person, session)
  end

  local function end_sessions(hall, person, but)
    for _, session in ipairs(redis.call('SMEMBERS', hall.p .. ':sp:' .. person)) do
      if session ~= but then end_session(hall, person, session) end
    end
  end

  local function end_past(hall, person)
    for _, session in ipairs(redis.call('SMEMBERS', hall.p .. ':sp:' .. person)) do
      local raw = redis.call('HGET', hall.p .. ':s', session)
      if not raw or cmsgpack.unpack(raw)[3] <= hall.at then end_session(hall, person, session) end
    end
  end

  local function held_by_another(hall, order)
    for _, claim in ipairs(order.claims) do
      local owner = redis.call('HGET', hall.p .. ':n', claim)
      if owner and owner ~= order.person then return claim end
    end
  end

  local function claim_all(hall, order)
    local mine = hall.p .. ':np:' .. order.person
    for _, claim in ipairs(redis.call('SMEMBERS', mine)) do redis.call('HDEL', hall.p .. ':n', claim) end
    redis.call('DEL', mine)
    for _, claim in ipairs(order.claims) do
      redis.call('HSET', hall.p .. ':n', claim, order.person)
      redis.call('SADD', mine, claim)
    end
  end

  staff_act('staff_save', function(hall, order)
    if revision_of(hall, order.person) ~= order.revision then return refuse('STAFF_MOVED') end
    local taken = held_by_another(hall, order)
    if taken then return refuse('NAME_TAKEN', { 'name', string.match(taken, ' (.*)$') }) end
    claim_all(hall, order)
    if order.record == '' then
      redis.call('HDEL', hall.p .. ':p', order.person)
    else
      redis.call('HSET', hall.p .. ':p', order.person, cmsgpack.pack({ order.revision + 1, order.record }))
    end
    if order.ends == 1 then end_sessions(hall, order.person, order.keeps) end
    tell(hall, order, order.change)
    return { thing = order.person }
  end)

  local function tries_of(hall, what)
    local raw = redis.call('GET', hall.p .. ':f:' .. what)
    return raw and cmsgpack.unpack(raw) or { 0, 0 }
  end

  local function keep_tries(hall, what, tries, kept_s)
    redis.call('SET', hall.p .. ':f:' .. what, cmsgpack.pack(tries), 'EX', kept_s)
  end

  local function count_try(hall, order, limit)
    local what, free, first_s, most_s, kept_s = unpack(limit)
    local tries = tries_of(hall, what)
    tries[1] = tries[1] + 1
    if tries[1] >= free then
      local wait_s = math.min(first_s * 2 ^ math.min(tries[1] - free, 20), most_s)
      tries[2] = hall.at + wait_s * 1000
      if order.person ~= '' then tell(hall, order, 'locked') end
    end
    keep_tries(hall, what, tries, kept_s)
  end

  staff_act('staff_attempt', function(hall, order)
    local until_at = 0
    for _, limit in ipairs(order.limits) do until_at = math.max(until_at, tries_of(hall, limit[1])[2]) end
    if until_at > hall.at then
      return refuse('LOCKED_OUT', { 'retry_after_s', math.ceil((until_at - hall.at) / 1000) })
    end
    for _, limit in ipairs(order.limits) do count_try(hall, order, limit) end
    return {}
  end)

  local function ease(hall, what)
    local tries = tries_of(hall, what)
    local left_s = redis.call('TTL', hall.p .. ':f:' .. what)
    if left_s > 0 then keep_tries(hall, what, { math.max(tries[1] - 1, 0), 0 }, left_s) end
  end

  staff_act('staff_begin', function(hall, order)
    if revision_of(hall, order.person) ~= order.revision then return refuse('STAFF_MOVED') end
    end_past(hall, order.person)
    redis.call('HSET', hall.p .. ':s', order.session, cmsgpack.pack({ order.person, hall.at, order['until'], order.how }))
    redis.call('SADD', hall.p .. ':sp:' .. order.person, order.session)
    for _, what in ipairs(order.cleared) do redis.call('DEL', hall.p .. ':f:' .. what) end
    for _, what in ipairs(order.eased) do ease(hall, what) end
    tell(hall, order, order.change)
    return { thing = order.session }
  end)

  staff_act('staff_end', function(hall, order)
    if order.session == '' then end_sessions(hall, order.person, '') else end_session(hall, order.person, order.session) end
    tell(hall, order, order.change)
    return {}
  end)

  staff_act('staff_unlock', function(hall, order)
    for _, what in ipairs(order.cleared) do redis.call('DEL', hall.p .. ':f:' .. what) end
    tell(hall, order, order.change)
    return {}
  end)

  -- in a hall

  act('tell_staff', function(hall, order)
    local told = tonumber(redis.call('HGET', hall.p, 'staff_at') or 0)
    if order.position <= told then return {} end
    redis.call('HSET', hall.p, 'staff_at', order.position)
    emit(hall, 'StaffChanged', nil, { staff = order.number },
      { 'change', order.change, 'name', order.name, 'what', order.what, 'person', order.person, 'since', order.since,
        'whence', order.whence })
    return {}
  end)

  local function shifts_key(hall, day) return hall.p .. ':sh:' .. day end

  local function meets(shift, order)
    local same = shift[1] == order.person or (order.window > 0 and shift[4] == order.window)
    return same and shift[5] < order.end_at and order.start_at < shift[6]
  end

  local function overlapping(hall, order)
    local rows = redis.call('HGETALL', shifts_key(hall, order.shift_day))
    local first
    for index = 1, #rows, 2 do
      local other = rows[index]
      local clashes = other ~= order.shift and meets(cmsgpack.unpack(rows[index + 1]), order)
      if clashes and (not first or other < first) then first = other end -- whichever order the store keeps them in
    end
    return first
  end

  act('plan_shift', function(hall, order)
    local other = overlapping(hall, order)
    if other then return refuse('SHIFT_OVERLAPS', { 'shift', other }) end
    local key = shifts_key(hall, order.shift_day)
    redis.call('HSET', key, order.shift, cmsgpack.pack({
      order.person, order.number, order.name, order.window, order.start_at, order.end_at, order.breaks }))
    redis.call('PEXPIRE', key, SHIFT_KEPT_MS + math.max(order.end_at - hall.at, 0))
    emit(hall, 'ShiftChanged', nil, { staff = order.number },
      { 'change', 'planned', 'shift', order.shift, 'what', tostring(order.window), 'start', order.start_at, 'until_at', order.end_at })
    return { thing = order.shift }
  end)

  act('drop_shift', function(hall, order)
    local raw = redis.call('HGET', shifts_key(hall, order.shift_day), order.shift)
    if not raw then return refuse('NO_SUCH_SHIFT', { 'shift', order.shift }) end
    local shift = cmsgpack.unpack(raw)
    redis.call('HDEL', shifts_key(hall, order.shift_day), order.shift)
    emit(hall, 'ShiftChanged', nil, { staff = shift[2] },
      { 'change', 'dropped', 'shift', order.shift, 'what', tostring(shift[4]), 'start', shift[5], 'until_at', shift[6] })
    return { thing = order.shift }
  end)
end
