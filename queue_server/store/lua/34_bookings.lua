-- hold_place: takes places in a slot, or a place on the waiting list of a day.
-- confirm_booking, move_booking, cancel_booking, check_in: what becomes of it by its visitor's own act.
-- mute_booking: messages about it, or none. pardon: a person's missed bookings are forgiven.
-- Each booking act answers the row { code, and the fields of its record }; check_in answers the ticket.
-- Refuse: hold_place: CODE_TAKEN, SLOT_PAST, BOOKINGS_BLOCKED {until_at, in ms}, ALREADY_BOOKED, SLOT_FULL, and what a
--         limit says; all others: NO_SUCH_BOOKING, and BOOKING_STATUS {status} where their move is not open to it;
--         confirm_booking: HOLD_EXPIRED; move_booking: QUOTA_REACHED {most}, SLOT_PAST, SLOT_FULL;
--         check_in: ALREADY_CHECKED_IN {number}, BOOKING_MOVED, ALREADY_WAITING.
-- Emit: BookingListed, BookingHeld {until_at}, BookingMade, BookingMoved, BookingCancelled, BookingCheckedIn,
--       BookingMissed {until_at} by who cancels when the slot has begun,
--       TicketIssued {booked}; BookingsPardoned. BookingCheckedIn names {ticket, number} too. Those of bookings carry queue and service, and as facts
--       { booking, pool, start, places, used }: `used` says how many places of that slot are in use after it.

do -- what only these acts need: Lua allows a library no more than 200 locals at once
  local function open_booking_of(hall, order)
    if order.person == '' then return nil end
    local code = redis.call('HGET', hall.p .. ':kp', person_field(order))
    local booking = code and load_booking(hall, code)
    if booking and BOOKING_OPEN[booking.status] and not hold_is_over(hall, booking) then return booking end
  end

  local function may_not_book(hall, order)
    if redis.call('HEXISTS', hall.p .. ':k', order.booking) == 1 then return refuse('CODE_TAKEN') end
    if order['end'] <= hall.at then return refuse('SLOT_PAST') end
    local until_at = blocked_until(hall, order.person)
    if until_at > 0 then return refuse('BOOKINGS_BLOCKED', { 'until_at', until_at }) end
    if open_booking_of(hall, order) then return refuse('ALREADY_BOOKED') end
  end

  local function no_room(hall, slot, places, capacity)
    if used_of(hall, slot) + places > capacity then return refuse('SLOT_FULL') end
  end

  local function new_booking(hall, order, status)
    return {
      code = order.booking, service = order.service, queue = order.queue, pool = order.pool,
      start = order.start, ['end'] = order['end'], places = order.places, companion = order.companion, status = status,
      person = order.person, language = order.language, window = order.window, made_at = hall.at,
      hold_until = status == 'held' and order.hold_until or 0, ticket = '', messages = 1,
      miss_at = order.miss_at, revision = 0, moves = 0,
    }
  end

  local function begin_booking(hall, order, status)
    local booking = new_booking(hall, order, status)
    save_booking(hall, booking)
    count_in_limits(hall, order)
    keep_contact(hall.p .. ':kc', booking.code, order.contact)
    if booking.person ~= '' then redis.call('HSET', hall.p .. ':kp', person_field(booking), booking.code) end
    return booking
  end

  local function wait_for_place(hall, order)
    local booking = begin_booking(hall, order, 'listed')
    redis.call('ZADD', hall.p .. ':kw:' .. booking.pool, hall.at, booking.code)
    due(hall, 'lapse', booking.code, booking['end'])
    due(hall, 'purge', booking.code, booking['end'] + BOOKING_KEPT_MS)
    emit(hall, 'BookingListed', told_of(booking), nil, booking_facts(hall, booking))
    return booked(booking)
  end

  act('hold_place', function(hall, order)
    local is_listed = order.listed == 1
    local refusal = may_not_book(hall, order) or not is_listed and no_room(hall, order, order.places, order.capacity)
      or over_limit(hall, order)
    if refusal then return refusal end
    if is_listed then return wait_for_place(hall, order) end
    local booking = begin_booking(hall, order, order.confirmed == 1 and 'booked' or 'held')
    use_places(hall, booking, booking.places)
    keep_dates(hall, booking, order.late_at, order.remind_at)
    if booking.status == 'booked' then
      emit(hall, 'BookingMade', told_of(booking), nil, booking_facts(hall, booking))
    else
      due(hall, 'hold', booking.code, booking.hold_until)
      emit(hall, 'BookingHeld', told_of(booking), nil, booking_facts(hall, booking, 'until_at', booking.hold_until))
    end
    return booked(booking)
  end)

  -- what becomes of it

  local function act_on_booking(name, move, body)
    act(name, function(hall, order)
      local booking = load_booking(hall, order.booking)
      if not booking then return refuse('NO_SUCH_BOOKING', { 'booking', order.booking }) end
      if move and not BOOKING_MOVES[move].from[booking.status] then
        if move == 'check_in' and booking.status == 'checked_in' then
          local ticket = load_ticket(hall, booking.ticket)
          return refuse('ALREADY_CHECKED_IN', { 'number', ticket and ticket.number or '' })
        end
        return refuse('BOOKING_STATUS', { 'status', booking.status })
      end
      return body(hall, order, booking)
    end)
  end

  act_on_booking('confirm_booking', 'confirm', function(hall, _, booking)
    if hold_is_over(hall, booking) then return refuse('HOLD_EXPIRED') end
    booking.hold_until = 0
    set_booking(hall, booking, 'confirm')
    not_due(hall, booking.code, 'hold')
    emit(hall, 'BookingMade', told_of(booking), nil, booking_facts(hall, booking))
    return booked(booking)
  end)

  act_on_booking('move_booking', 'move', function(hall, order, booking)
    if order.pool == booking.pool and order.start == booking.start then return booked(booking) end
    if order.most_moves > 0 and booking.moves >= order.most_moves then
      return refuse('QUOTA_REACHED', { 'most', order.most_moves })
    end
    if order['end'] <= hall.at then return refuse('SLOT_PAST') end
    local refusal = no_room(hall, order, booking.places, order.capacity)
    if refusal then return refusal end
    give_up_places(hall, booking, order.reopen_at)
    booking.pool, booking.start, booking['end'] = order.pool, order.start, order['end']
    booking.window, booking.miss_at, booking.moves = order.window, order.miss_at, booking.moves + 1
    set_booking(hall, booking, 'move')
    use_places(hall, booking, booking.places)
    keep_dates(hall, booking, order.late_at, order.remind_at)
    emit(hall, 'BookingMoved', told_of(booking), nil, booking_facts(hall, booking))
    return booked(booking)
  end)

  act_on_booking('cancel_booking', 'cancel', function(hall, order, booking)
    if BOOKING_MOVES.miss.from[booking.status] and booking.start <= hall.at then
      miss_booking(hall, order, booking)
      return booked(booking)
    end
    if booking.status == 'held' or booking.status == 'booked' then give_up_places(hall, booking, order.reopen_at) end
    conclude(hall, booking, 'cancel')
    emit(hall, 'BookingCancelled', told_of(booking), nil, booking_facts(hall, booking))
    return booked(booking)
  end)

  local function let_booked_wait(hall, order, booking)
    local ticket = next_ticket(hall, order)
    ticket.turn, ticket.booked, ticket.only_window = order.turn, booking.start, order.window
    ticket.only_window = still_only(hall, ticket)
    for _, contact in ipairs(booking.messages == 1 and contacts_of(hall.p .. ':kc', booking.code) or {}) do
      keep_contact(hall.p .. ':c', ticket.id, contact)
    end
    return let_wait(hall, ticket, with_promise(ticket, { 'channel', order.channel, 'language', order.language,
      'stops', #order.stops, 'booked', booking.start, 'only_window', ticket.only_window }))
  end

  act_on_booking('check_in', 'check_in', function(hall, order, booking)
    if booking.start ~= order.start then return refuse('BOOKING_MOVED') end
    if booking.person ~= '' then order.person = booking.person end -- who was booked comes
    local refusal = already_waiting(hall, order, order.stops[1][2]) or over_limit(hall, order)
    if refusal then return refusal end
    local outcome = let_booked_wait(hall, order, booking)
    booking.ticket = outcome.ticket.id
    conclude(hall, booking, 'check_in')
    local facts = booking_facts(hall, booking, 'ticket', booking.ticket)
    facts[#facts + 1], facts[#facts + 2] = 'number', outcome.ticket.number
    emit(hall, 'BookingCheckedIn', told_of(booking), nil, facts)
    return outcome
  end)

  act_on_booking('mute_booking', nil, function(hall, order, booking)
    booking.messages = order.messages
    save_booking(hall, booking)
    return booked(booking)
  end)

  act('pardon', function(hall, order)
    redis.call('HDEL', hall.p .. ':kx', order.person)
    redis.call('HDEL', hall.p .. ':kb', order.person)
    not_due(hall, order.person, 'strike', 'unblock')
    emit(hall, 'BookingsPardoned', nil, nil, { 'reason', order.reason })
    return {}
  end)
end
