-- count_people: a gate counted who came and went (进出扫码), or somebody by hand. call_wave: those outside come in (分批办).
-- Refuse: call_wave: ZONE_FULL {zone, most}, NOBODY_OUTSIDE {zone}.
-- Emit: PeopleCounted {zone, entered, left, people, change: set by hand}; WaveCalled {zone, wave, until_at}, one for each ticket.
--   P:z  hash  zone -> packed zone, today
-- A wave never lets in more than a zone has room for: who was called in holds a place until counted, or until the time is over.

local places = {}

do
  local EMPTY = { people = 0, entered = 0, left = 0, counted_at = 0, wave = 0, coming = {} }

  local function load_zone(hall, zone)
    local raw = redis.call('HGET', hall.p .. ':z', zone)
    if raw then return unpack_record(raw, ZONE) end
    local fresh = {}
    for name, value in pairs(EMPTY) do fresh[name] = value end
    fresh.coming = {}
    return fresh
  end

  local function save_zone(hall, zone, record)
    redis.call('HSET', hall.p .. ':z', zone, pack(record, ZONE))
  end

  -- Without those whose time is over, and without as many as have come.
  local function still_coming(hall, record, came)
    local still = {}
    for _, row in ipairs(record.coming) do
      local until_at, n = row[1], row[2]
      if until_at > hall.at then
        local taken = math.min(n, came)
        came = came - taken
        if n > taken then still[#still + 1] = { until_at, n - taken } end
      end
    end
    return still
  end

  local function sum(coming)
    local total = 0
    for _, row in ipairs(coming) do total = total + row[2] end
    return total
  end

  function places.listed(hall)
    local rows, flat = {}, redis.call('HGETALL', hall.p .. ':z')
    for index = 1, #flat, 2 do
      rows[#rows + 1] = { flat[index], listed(unpack_record(flat[index + 1], ZONE), ZONE) }
    end
    return rows
  end

  local function told(zone, record)
    return { thing = zone, rows = { { record.people, record.entered, record.left, sum(record.coming), record.wave } } }
  end

  act('count_people', function(hall, order)
    local record, by_hand = load_zone(hall, order.zone), order.people >= 0
    record.people = by_hand and order.people or math.max(record.people + order.entered - order.left, 0)
    record.entered, record.left = record.entered + order.entered, record.left + order.left
    record.counted_at, record.coming = hall.at, still_coming(hall, record, order.entered)
    save_zone(hall, order.zone, record)
    local facts = { 'zone', order.zone, 'entered', order.entered, 'left', order.left, 'people', record.people }
    if by_hand then facts[#facts + 1], facts[#facts + 2] = 'change', 'set' end
    emit(hall, 'PeopleCounted', nil, nil, facts)
    return told(order.zone, record)
  end)

  local function outside(hall, order, room)
    local found, taken = {}, {}
    for _, id in ipairs(order.tickets) do
      if #found >= room then break end
      local ticket = not taken[id] and load_ticket(hall, id)
      if ticket and ticket.status == 'waiting' and ticket.outside == order.zone then
        found[#found + 1], taken[id] = ticket, true
      end
    end
    return found
  end

  act('call_wave', function(hall, order)
    local record = load_zone(hall, order.zone)
    local coming = still_coming(hall, record, 0)
    local room = order.most - record.people - sum(coming)
    if room <= 0 then return refuse('ZONE_FULL', { 'zone', order.zone, 'most', order.most }) end
    local let_in = outside(hall, order, room)
    if #let_in == 0 then return refuse('NOBODY_OUTSIDE', { 'zone', order.zone }) end
    coming[#coming + 1] = { order.until_at, #let_in }
    record.wave, record.coming = record.wave + 1, coming
    save_zone(hall, order.zone, record)
    for _, ticket in ipairs(let_in) do
      change(hall, ticket, { outside = '', let_in = order.until_at })
      emit(hall, 'WaveCalled', ticket, nil, { 'zone', order.zone, 'wave', record.wave, 'until_at', order.until_at })
    end
    return { thing = order.zone, rows = { { record.wave, #let_in } } }
  end)
end
