-- Reads: nothing here writes, so replicas may answer.

local function read(name, body)
  redis.register_function { function_name = 'gw_' .. name, callback = body, flags = { 'no-writes' } }
end

-- read_ticket: KEYS[1] = P, ARGV[1] = id; answers {id, ticket, ahead}, packed, or nil.
read('read_ticket', function(keys, args)
  local hall = { p = keys[1] }
  local ticket = load_ticket(hall, args[1])
  if not ticket then return nil end
  return cmsgpack.pack({ ticket.id, listed(ticket, TICKET), ahead_of(hall, ticket) })
end)

-- read_window: KEYS[1] = P, ARGV[1] = number; answers the window and its ticket as a packed `Acted`.
read('read_window', function(keys, args)
  local hall = hall_of(keys[1], { at = tonumber(args[2]), actor = '' })
  local window = load_window(hall, tonumber(args[1]))
  return answer(hall, done(window.ticket ~= '' and load_ticket(hall, window.ticket) or nil, window))
end)

-- read_ahead: KEYS[1] = P, ARGV = id, limit; the tickets that go before it, latest first, packed.
read('read_ahead', function(keys, args)
  local hall, rows = { p = keys[1] }, {}
  local ticket = load_ticket(hall, args[1])
  if not ticket or ticket.status ~= 'waiting' then return cmsgpack.pack(rows) end
  local rank = ahead_of(hall, ticket)
  local first = math.max(0, rank - tonumber(args[2]))
  if rank > 0 then
    for _, id in ipairs(redis.call('ZRANGE', queue_key(hall, ticket), first, rank - 1)) do
      rows[#rows + 1] = { id, listed(load_ticket(hall, id), TICKET), 0 }
    end
  end
  return cmsgpack.pack(rows)
end)

-- read_heads: KEYS[1] = P, ARGV = window, limit; who would be called there next, in order, packed.
read('read_heads', function(keys, args)
  local hall, rows = { p = keys[1], at = 0 }, {}
  local window = load_window(hall, tonumber(args[1]))
  local limit = tonumber(args[2])
  local function take(queue, handicap_s)
    local heads = redis.call('ZRANGE', hall.p .. ':q:' .. queue, 0, limit - 1, 'WITHSCORES')
    for index = 1, #heads, 2 do
      rows[#rows + 1] = { id = heads[index], turn = tonumber(heads[index + 1]) + handicap_s * 1000, order = #rows }
    end
  end
  take('@' .. window.window, 0)
  for _, share in ipairs(window.queues) do take(share[1], share[2]) end
  table.sort(rows, function(a, b)
    if a.turn ~= b.turn then return a.turn < b.turn end
    return a.order < b.order
  end)
  local heads = {}
  for index = 1, math.min(limit, #rows) do
    heads[index] = { rows[index].id, listed(load_ticket(hall, rows[index].id), TICKET), 0 }
  end
  return cmsgpack.pack(heads)
end)

-- read_booking: KEYS[1] = P, ARGV[1] = code; answers a packed `FoundBooking`, or nil.
read('read_booking', function(keys, args)
  local hall = hall_of(keys[1], { at = 0, actor = '' })
  local booking = load_booking(hall, args[1])
  if not booking then return nil end
  local muted = redis.call('SISMEMBER', hall.p .. ':mo', booking.person)
  return cmsgpack.pack({ booking.code, listed(booking, BOOKING), muted })
end)

-- read_contacts: KEYS[1] = P, ARGV = ids of tickets and codes of bookings; answers a packed list of contacts for each.
read('read_contacts', function(keys, args)
  local rows = {}
  for index, thing in ipairs(args) do
    local tickets = contacts_of(keys[1] .. ':c', thing)
    rows[index] = #tickets > 0 and tickets or contacts_of(keys[1] .. ':kc', thing)
  end
  return cmsgpack.pack(rows)
end)

-- snapshot: KEYS[1] = P; answers a packed `Snapshot`: counters, windows and slots, without the tickets.
read('snapshot', function(keys, _)
  local p = keys[1]
  local hall = hall_of(p, { at = 0, actor = '' })
  local windows = {}
  local flat = redis.call('HGETALL', p .. ':w')
  for index = 1, #flat, 2 do
    windows[#windows + 1] = { tonumber(flat[index]), listed(unpack_record(flat[index + 1], WINDOW), WINDOW) }
  end
  local stats, used_places = redis.call('HGETALL', p .. ':s'), {}
  local used = redis.call('HGETALL', p .. ':kn')
  for index = 1, #used, 2 do
    local pool, start = string.match(used[index], '^(.*)|(%d+)$')
    used_places[#used_places + 1] = { pool, tonumber(start), tonumber(used[index + 1]) }
  end
  local queues, standing = redis.call('SMEMBERS', p .. ':q'), {}
  for index, diversion in ipairs(diversions.standing(hall)) do
    standing[index] = { diversion.id, listed(diversion, DIVERSION) }
  end
  return cmsgpack.pack({ hall.position, hall.day, hall.at, stats, windows, queues, used_places, standing, places.listed(hall) })
end)

-- page: KEYS[1] = P, ARGV = index (`q:Q`, `park`, or `w` for the windows' own), first, last; packed tickets.
read('page', function(keys, args)
  local hall, rows, ids = { p = keys[1], at = 0 }, {}, {}
  if args[1] == 'w' then
    for _, raw in ipairs(redis.call('HVALS', hall.p .. ':w')) do
      local window = unpack_record(raw, WINDOW)
      if window.ticket ~= '' then ids[#ids + 1] = window.ticket end
    end
  else
    ids = redis.call('ZRANGE', hall.p .. ':' .. args[1], args[2], args[3])
  end
  for index, id in ipairs(ids) do rows[index] = { id, listed(load_ticket(hall, id), TICKET), 0 } end
  return cmsgpack.pack(rows)
end)
