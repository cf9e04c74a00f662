-- The book of a hall: what the acts on bookings and what time does to them have in common.
-- A place that is given up stays in use until its `open:` item is due, so that nobody can hand it to another.

local BOOKING_KEPT_MS = 40 * DAY_MS

local function load_booking(hall, code)
  local raw = redis.call('HGET', hall.p .. ':k', code)
  if not raw then return nil end
  local booking = unpack_record(raw, BOOKING)
  booking.code = code
  return booking
end

local function save_booking(hall, booking)
  redis.call('HSET', hall.p .. ':k', booking.code, pack(booking, BOOKING))
end

-- Its moment passed without its being confirmed, whether or not that was told yet.
local function hold_is_over(hall, booking)
  return booking.status == 'held' and booking.hold_until <= hall.at
end

-- A slot is whatever has `pool` and `start`.
local function slot_field(slot)
  return slot.pool .. '|' .. slot.start
end

local function used_of(hall, slot)
  return tonumber(redis.call('HGET', hall.p .. ':kn', slot_field(slot)) or 0)
end

-- `by` is below nought for places that come back; of a slot that is long forgotten none do.
local function use_places(hall, slot, by)
  local used = used_of(hall, slot) + by
  if used > 0 then
    redis.call('HSET', hall.p .. ':kn', slot_field(slot), used)
  else
    redis.call('HDEL', hall.p .. ':kn', slot_field(slot))
  end
end

local function due(hall, what, thing, at)
  redis.call('ZADD', hall.p .. ':kd', at, what .. ':' .. thing)
end

local function not_due(hall, code, ...)
  for _, what in ipairs({ ... }) do redis.call('ZREM', hall.p .. ':kd', what .. ':' .. code) end
end

-- What time does to a booking that has its place.
local function keep_dates(hall, booking, late_at, remind_at)
  not_due(hall, booking.code, 'day', 'hours')
  due(hall, 'late', booking.code, late_at)
  due(hall, 'miss', booking.code, booking.miss_at)
  due(hall, 'purge', booking.code, booking['end'] + BOOKING_KEPT_MS)
  for _, reminder in ipairs(remind_at) do
    if reminder[2] > hall.at then due(hall, reminder[1], booking.code, reminder[2]) end
  end
end

-- The places of its slot come back to others at `at`.
local function give_up_places(hall, booking, at)
  due(hall, 'open', table.concat(
    { booking.pool, booking.start, booking['end'], booking.places, booking.code, booking.revision }, '|'), at)
end

local function told_of(booking)
  return { queue = booking.queue, service = booking.service }
end

local function booking_facts(hall, booking, name, value)
  local facts = { 'booking', booking.code, 'pool', booking.pool, 'start', booking.start,
    'places', booking.places, 'used', used_of(hall, booking) }
  if name then facts[#facts + 1], facts[#facts + 2] = name, value end
  return facts
end

local function booked(booking)
  return { rows = { { booking.code, unpack(listed(booking, BOOKING)) } } }
end

local function set_booking(hall, booking, move)
  booking.status, booking.revision = BOOKING_MOVES[move].to, booking.revision + 1
  save_booking(hall, booking)
end

local function person_field(booking)
  return booking.service .. '|' .. booking.person
end

-- The booking has come to its end.
local function conclude(hall, booking, move)
  set_booking(hall, booking, move)
  not_due(hall, booking.code, 'hold', 'lapse', 'late', 'miss', 'day', 'hours')
  redis.call('ZREM', hall.p .. ':kw:' .. booking.pool, booking.code)
  if redis.call('HGET', hall.p .. ':kp', person_field(booking)) == booking.code then
    redis.call('HDEL', hall.p .. ':kp', person_field(booking))
  end
  due(hall, 'forget', booking.code, hall.at + DAY_MS)
end

-- Until when a person cannot book, or 0.
local function blocked_until(hall, person)
  local until_at = tonumber(redis.call('HGET', hall.p .. ':kb', person) or 0)
  return until_at > hall.at and until_at or 0
end

local miss_booking
do
  -- Until when the person is blocked by it, or 0.
  local function strike(hall, order, person)
    local key, raw, missed = hall.p .. ':kx', redis.call('HGET', hall.p .. ':kx', person), { hall.at }
    for _, at in ipairs(raw and cmsgpack.unpack(raw) or {}) do
      if at > hall.at - order.strike_ms then missed[#missed + 1] = at end
    end
    if order.no_shows == 0 or #missed < order.no_shows then
      redis.call('HSET', key, person, cmsgpack.pack(missed))
      due(hall, 'strike', person, hall.at + order.strike_ms)
      return 0
    end
    redis.call('HDEL', key, person)
    not_due(hall, person, 'strike')
    redis.call('HSET', hall.p .. ':kb', person, hall.at + order.block_ms)
    due(hall, 'unblock', person, hall.at + order.block_ms)
    return hall.at + order.block_ms
  end

  -- Nobody came. `order` says what a strike is.
  function miss_booking(hall, order, booking)
    if booking.status == 'booked' then use_places(hall, booking, -booking.places) end
    conclude(hall, booking, 'miss')
    local until_at = booking.person ~= '' and strike(hall, order, booking.person) or 0
    emit(hall, 'BookingMissed', told_of(booking), nil,
      booking_facts(hall, booking, until_at > 0 and 'until_at' or nil, until_at))
  end
end
