-- mature: works off what is due with bookings, in the order of its moments, at most `limit` at once; answers a row
-- { what, thing } for each. Refuses nothing; what has been overtaken is let be.
-- The items of P:kd, as `what:THING`: with a booking's code
--   hold    its place was not confirmed: BookingExpired, and its places open again after `reopen_ms`
--   lapse   the day that it was listed for is over: BookingExpired
--   late    its places go back to the hall at once, for walk-ins: BookingLate
--   miss    nobody came: BookingMissed {until_at, when the person is blocked by it}, a strike
--   day, hours   ReminderDue {what}
--   forget, purge   its contacts, its record are dropped
-- and `open:POOL|START|END|PLACES|CODE|REVISION`: places that were given up come back: PlaceReopened; those on the
-- waiting list have them first: BookingOffered {until_at}; `strike:PERSON`, `unblock:PERSON`: forgotten by time.

do
  local DUE = {}

  function DUE.hold(hall, order, booking)
    if booking.status ~= 'held' then return end
    give_up_places(hall, booking, hall.at + order.reopen_ms)
    conclude(hall, booking, 'lapse')
    emit(hall, 'BookingExpired', told_of(booking), nil, booking_facts(hall, booking))
  end

  function DUE.lapse(hall, _, booking)
    if booking.status ~= 'listed' then return end
    conclude(hall, booking, 'lapse')
    emit(hall, 'BookingExpired', told_of(booking), nil, booking_facts(hall, booking))
  end

  function DUE.late(hall, _, booking)
    if booking.status ~= 'booked' then return end
    set_booking(hall, booking, 'be_late')
    use_places(hall, booking, -booking.places)
    emit(hall, 'BookingLate', told_of(booking), nil, booking_facts(hall, booking))
  end

  function DUE.miss(hall, order, booking)
    if BOOKING_MOVES.miss.from[booking.status] then miss_booking(hall, order, booking) end
  end

  local function remind(hall, booking, what)
    if booking.status ~= 'booked' then return end
    local facts = booking_facts(hall, booking, 'what', what)
    emit(hall, 'ReminderDue', told_of(booking), nil, facts)
  end

  function DUE.day(hall, _, booking) remind(hall, booking, 'day') end

  function DUE.hours(hall, _, booking) remind(hall, booking, 'hours') end

  function DUE.forget(hall, _, booking)
    redis.call('HDEL', hall.p .. ':kc', booking.code)
  end

  function DUE.purge(hall, _, booking)
    redis.call('HDEL', hall.p .. ':k', booking.code)
    redis.call('HDEL', hall.p .. ':kc', booking.code)
  end

  -- The waiting list

  local function offer(hall, order, booking, slot)
    local late_at, remind_at = slot.start + order.late_ms, {}
    for index, reminder in ipairs(order.remind) do remind_at[index] = { reminder[1], slot.start - reminder[2] } end
    redis.call('ZREM', hall.p .. ':kw:' .. booking.pool, booking.code)
    not_due(hall, booking.code, 'lapse')
    booking.start, booking['end'] = slot.start, slot['end']
    booking.hold_until = math.min(hall.at + order.hold_ms, late_at)
    set_booking(hall, booking, 'offer')
    use_places(hall, booking, booking.places)
    due(hall, 'hold', booking.code, booking.hold_until)
    keep_dates(hall, booking, late_at, remind_at)
    emit(hall, 'BookingOffered', told_of(booking), nil, booking_facts(hall, booking, 'until_at', booking.hold_until))
  end

  -- First come, first served: the first whom the places suffice, while there are any.
  local function offer_to_listed(hall, order, slot)
    local left = slot.places
    for _, code in ipairs(redis.call('ZRANGE', hall.p .. ':kw:' .. slot.pool, 0, -1)) do
      if left == 0 then return end
      local booking = load_booking(hall, code)
      if booking.places <= left and slot.start >= booking.start and slot.start < booking['end'] then
        left = left - booking.places
        offer(hall, order, booking, slot)
      end
    end
  end

  local function reopen(hall, order, item)
    local pool, start, ends, places, code = string.match(item, '^([^|]*)|(%d+)|(%d+)|(%d+)|([^|]*)|')
    local slot = { pool = pool, start = tonumber(start), ['end'] = tonumber(ends), places = tonumber(places) }
    use_places(hall, slot, -slot.places)
    emit(hall, 'PlaceReopened', told_of(load_booking(hall, code) or {}), nil,
      { 'pool', pool, 'start', slot.start, 'places', slot.places, 'used', used_of(hall, slot) })
    if slot.start > hall.at then offer_to_listed(hall, order, slot) end
  end

  local function work_off(hall, order, what, thing)
    if what == 'open' then return reopen(hall, order, thing) end
    if what == 'strike' then return redis.call('HDEL', hall.p .. ':kx', thing) end
    if what == 'unblock' then return redis.call('HDEL', hall.p .. ':kb', thing) end
    local booking = load_booking(hall, thing)
    if booking and DUE[what] then DUE[what](hall, order, booking) end
  end

  act('mature', function(hall, order)
    local key, rows = hall.p .. ':kd', {}
    for index, item in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', hall.at, 'LIMIT', 0, order.limit)) do
      local what, thing = string.match(item, '^(%a+):(.*)$')
      local due_at = redis.call('ZSCORE', key, item) -- one before it may have put it off
      if due_at and tonumber(due_at) <= hall.at then
        redis.call('ZREM', key, item)
        work_off(hall, order, what, thing)
      end
      rows[index] = { what, thing }
    end
    return { rows = rows }
  end)

  -- keep_contact, drop_contact: how to reach the visitor of a ticket of today, or of a booking.
  -- Refuse: NO_SUCH_TICKET, NO_SUCH_BOOKING; keep_contact: BOOKING_STATUS for a booking that has come to its end.

  local function contact_key(hall, thing)
    if string.match(thing, '^%d+%-%d+$') then
      if load_ticket(hall, thing) then return hall.p .. ':c' end
      return nil, refuse('NO_SUCH_TICKET', { 'ticket', thing })
    end
    local booking = load_booking(hall, thing)
    if booking then return hall.p .. ':kc', nil, booking end
    return nil, refuse('NO_SUCH_BOOKING', { 'booking', thing })
  end

  act('keep_contact', function(hall, order)
    local key, refusal, booking = contact_key(hall, order.thing)
    if refusal then return refusal end
    if booking and not BOOKING_OPEN[booking.status] then
      return refuse('BOOKING_STATUS', { 'status', booking.status })
    end
    keep_contact(key, order.thing, order.contact)
    return {}
  end)

  act('drop_contact', function(hall, order)
    local key, refusal = contact_key(hall, order.thing)
    if refusal then return refusal end
    set_contact(key, order.thing, order.contact, false)
    return {}
  end)
end
