-- propose: one round of advice. start_diversion, dismiss, end_diversion: what becomes of a measure.
-- take_on: the desk carries it out. lapse: what time does to them all. measure: what an ended one has brought.
-- show_offer, answer_offer: visitors are offered what runs; they keep their place until they give it up.
-- Each act on a diversion answers the row { id, and the fields of its record }, propose one for each that it proposed;
-- those on offers answer the ticket.
-- Refuse: NO_SUCH_DIVERSION, and DIVERSION_STATUS {diversion, status} where their move is not open to it;
--         start_diversion: QUOTA_REACHED {most}; show_offer, answer_offer: NO_SUCH_TICKET, WRONG_STATUS,
--         OFFER_OVER {diversion}.
-- Emit: DiversionProposed (again with a new gain), DiversionStarted (again, with {change = taken_on}), DiversionEnded
--       (again when it is measured), DiversionDismissed {reason; `lapsed`, `taken_over`}, WindowOpened of a window that
--       is open already (and WindowPaused, where it was); DiversionAnswered {ticket, answer},
--       TicketCancelled {reason = diverted}, TicketPostponed.

do
  local MEASURE = { 'action', 'window', 'queue', 'service', 'to' }
  local GAIN = { 'gain_mean_s', 'gain_p90_s', 'gain_low_s', 'gain_high_s', 'needs', 'cost_min', 'lead_s' }

  local function told(diversion)
    local fields = listed(diversion, DIVERSION)
    fields[#fields] = nil -- `own` is for the store alone: rows hold texts and numbers
    return { rows = { { diversion.id, unpack(fields) } } }
  end

  local function new_diversion(hall, measure)
    local number = redis.call('HINCRBY', hall.p .. ':x', '#', 1)
    local diversion = {
      id = 'D-' .. hall.day .. '-' .. number, status = 'proposed', needs = '', cost_min = 0, lead_s = 0,
      foreseen = 0, gain_mean_s = 0, gain_p90_s = 0, gain_low_s = 0, gain_high_s = 0,
      proposed_at = hall.at, renewed_at = hall.at, started_at = 0, carried_at = 0, until_at = 0, ended_at = 0,
      by = '', reason = '', offered = 0, taken = 0, measured = 0, effect_mean_s = 0, effect_p90_s = 0, had = 0, own = {},
    }
    for _, name in ipairs(MEASURE) do diversion[name] = measure[name] end
    return diversion
  end

  local function stand(hall, diversion)
    diversions.save(hall, diversion)
    redis.call('HSET', hall.p .. ':xs', diversions.key(diversion), diversion.id)
  end

  -- Registers an act on one diversion in `status`.
  local function act_on_diversion(name, status, body)
    act(name, function(hall, order)
      local diversion = diversions.load(hall, order.diversion)
      if not diversion then return refuse('NO_SUCH_DIVERSION', { 'diversion', order.diversion }) end
      if diversion.status ~= status then
        return refuse('DIVERSION_STATUS', { 'diversion', diversion.id, 'status', diversion.status })
      end
      body(hall, order, diversion)
      return told(diversion)
    end)
  end

  -- proposing

  local function is_quiet(hall, order, measure)
    local dismissed_at = redis.call('HGET', hall.p .. ':xd', diversions.key(measure))
    return dismissed_at and hall.at < tonumber(dismissed_at) + order.quiet_ms
  end

  local function propose(hall, proposal)
    local diversion = diversions.stands_for(hall, proposal) or new_diversion(hall, proposal)
    for _, name in ipairs(GAIN) do diversion[name] = proposal[name] end
    diversion.foreseen, diversion.renewed_at = 1, hall.at
    stand(hall, diversion)
    local thing, place = diversions.about(diversion)
    emit(hall, 'DiversionProposed', thing, place, diversions.facts(diversion))
    return diversion
  end

  act('propose', function(hall, order)
    local rows = {}
    for _, proposal in ipairs(order.proposals) do
      local known = diversions.stands_for(hall, proposal)
      if known and known.status == 'proposed' or not known and not is_quiet(hall, order, proposal) then
        rows[#rows + 1] = told(propose(hall, proposal)).rows[1]
      end
    end
    return { rows = rows }
  end)

  -- starting

  local function running(hall, action)
    local count = 0
    for _, diversion in ipairs(diversions.standing(hall)) do
      if diversion.status == 'started' and diversion.action == action then count = count + 1 end
    end
    return count
  end

  local function may_not_start(hall, order, diversion, known)
    if order.diversion ~= '' and not diversion then return refuse('NO_SUCH_DIVERSION', { 'diversion', order.diversion }) end
    for _, one in ipairs({ diversion or false, known or false }) do
      local waits = not one or one.status == 'proposed'
      if not waits then return refuse('DIVERSION_STATUS', { 'diversion', one.id, 'status', one.status }) end
    end
    if order.most > 0 and running(hall, order.action) >= order.most then
      return refuse('QUOTA_REACHED', { 'most', order.most })
    end
  end

  local function take_over(hall, other)
    diversions.leave(hall, other, 'lapsed', 'taken_over')
    local thing, place = diversions.about(other)
    emit(hall, 'DiversionDismissed', thing, place, diversions.facts(other))
  end

  local function begin(hall, order, diversion)
    redis.call('HDEL', hall.p .. ':xs', diversions.key(diversion))
    for _, name in ipairs(MEASURE) do diversion[name] = order[name] end
    diversion.status, diversion.started_at, diversion.until_at = 'started', hall.at, order.until_at
    diversion.by, diversion.planned, diversion.own = order.by, order.planned, order.own
    if order.window > 0 and diversion.action == 'open_window' and load_window(hall, order.window).status ~= 'closed' then
      diversion.carried_at = hall.at
    end
    stand(hall, diversion)
    local thing, place = diversions.about(diversion)
    emit(hall, 'DiversionStarted', thing, place, diversions.facts(diversion))
    diversions.lend(hall, diversion)
  end

  act('start_diversion', function(hall, order)
    local known = diversions.stands_for(hall, order)
    local diversion = diversions.load(hall, order.diversion)
    local refusal = may_not_start(hall, order, diversion, known)
    if refusal then return refusal end
    if diversion and known and known.id ~= diversion.id then take_over(hall, known) end
    diversion = diversion or known or new_diversion(hall, order)
    begin(hall, order, diversion)
    return told(diversion)
  end)

  -- ending

  act_on_diversion('dismiss', 'proposed', function(hall, order, diversion)
    diversion.by = order.by
    diversions.leave(hall, diversion, 'dismissed', order.reason)
    redis.call('HSET', hall.p .. ':xd', diversions.key(diversion), hall.at)
    local thing, place = diversions.about(diversion)
    emit(hall, 'DiversionDismissed', thing, place, diversions.facts(diversion))
  end)

  act_on_diversion('take_on', 'started', function(hall, _, diversion)
    if diversion.carried_at > 0 then return end
    diversion.carried_at = hall.at
    diversions.save(hall, diversion)
    local thing, place = diversions.about(diversion)
    local facts = diversions.facts(diversion)
    facts[#facts + 1], facts[#facts + 2] = 'change', 'taken_on'
    emit(hall, 'DiversionStarted', thing, place, facts)
  end)

  local function set_effect(order, diversion)
    diversion.measured = 1
    diversion.effect_mean_s, diversion.effect_p90_s = order.effect_mean_s, order.effect_p90_s
  end

  act_on_diversion('end_diversion', 'started', function(hall, order, diversion)
    if order.measured == 1 then set_effect(order, diversion) end
    diversions.finish(hall, diversion, order.reason)
  end)

  act_on_diversion('measure', 'ended', function(hall, order, diversion)
    set_effect(order, diversion)
    diversions.save(hall, diversion)
    local thing, place = diversions.about(diversion)
    emit(hall, 'DiversionEnded', thing, place, diversions.facts(diversion))
  end)

  act('lapse', function(hall, order)
    for _, diversion in ipairs(diversions.standing(hall)) do
      if diversion.status == 'started' then
        if diversion.until_at > 0 and diversion.until_at <= hall.at then diversions.finish(hall, diversion, 'time_over') end
      elseif diversion.renewed_at + order.stale_ms <= hall.at then
        diversions.leave(hall, diversion, 'lapsed', 'lapsed')
        local thing, place = diversions.about(diversion)
        emit(hall, 'DiversionDismissed', thing, place, diversions.facts(diversion))
      end
    end
    return {}
  end)

  -- offers

  -- How far an offer of this kind has come with a ticket: { action, answer, diversion }, or nil.
  local function answered(ticket, action)
    for _, row in ipairs(ticket.offers) do
      if row[1] == action then return row end
    end
  end

  -- The visitor thinks of nothing else by it, so the ticket's revision stays: a clerk may still undo.
  local function note_answer(hall, ticket, diversion, answer)
    local rows = { { diversion.action, answer, diversion.id } }
    for _, row in ipairs(ticket.offers) do
      if row[1] ~= diversion.action then rows[#rows + 1] = row end
    end
    ticket.offers = rows
    write_ticket(hall, ticket)
  end

  local function count_shown(hall, ticket, diversion)
    local row = answered(ticket, diversion.action)
    if row and (row[3] == diversion.id or row[2] ~= 'shown') then return false end
    diversion.offered = diversion.offered + 1
    diversions.save(hall, diversion)
    return true
  end

  act_on_ticket('show_offer', 'call', function(hall, order, ticket)
    local diversion = diversions.load(hall, order.diversion)
    if not diversion or diversion.status ~= 'started' then return refuse('OFFER_OVER', { 'diversion', order.diversion }) end
    if count_shown(hall, ticket, diversion) then note_answer(hall, ticket, diversion, 'shown') end
    return done(ticket)
  end)

  local function may_not_answer(order, ticket, diversion)
    local row = answered(ticket, diversion.action)
    local said = row and row[2]
    local move = order.answer == 'accepted' and 'call' or 'cancel'
    if order.answer == 'done' and diversion.action ~= 'guide_to_device' then -- it would give the place up for nothing
      return refuse('OFFER_OVER', { 'diversion', diversion.id })
    end
    if not MOVES[move].from[ticket.status] then
      return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status })
    end
    if order.answer == 'declined' then return nil end
    local accepted = said == 'accepted' and row[3] == diversion.id
    if not accepted and (diversion.status ~= 'started' or said == 'declined') then
      return refuse('OFFER_OVER', { 'diversion', diversion.id })
    end
  end

  local function give_up(hall, ticket)
    change(hall, ticket, { status = MOVES.cancel.to, finished_at = hall.at, wake_at = 0 })
    count(hall, ticket.queue .. '|cancelled', 1)
    emit(hall, 'TicketCancelled', ticket, nil, { 'reason', 'diverted' })
  end

  local function postpone(hall, ticket, order)
    local only = still_only(hall, ticket)
    change(hall, ticket, waiting_again(ticket.since, {
      turn = ticket.turn + order.delay_ms, moved = 'postponed', promise = order.promise, only_window = only,
    }))
    emit(hall, 'TicketPostponed', ticket, nil, with_promise(ticket,
      { 'minutes', order.delay_ms / 60000, 'since', ticket.since, 'only_window', only }))
  end

  act('answer_offer', function(hall, order)
    local ticket, diversion = load_ticket(hall, order.ticket), diversions.load(hall, order.diversion)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    if not diversion then return refuse('NO_SUCH_DIVERSION', { 'diversion', order.diversion }) end
    local refusal = may_not_answer(order, ticket, diversion)
    if refusal then return refusal end
    local row = answered(ticket, diversion.action)
    if row and row[2] == order.answer and order.give_up == 0 then return done(ticket) end

    count_shown(hall, ticket, diversion)
    if order.answer ~= 'declined' and not (row and row[2] == 'accepted') then
      diversion.taken = diversion.taken + 1
      diversions.save(hall, diversion)
    end
    note_answer(hall, ticket, diversion, order.answer)
    emit(hall, 'DiversionAnswered', ticket, nil,
      { 'diversion', diversion.id, 'action', diversion.action, 'answer', order.answer })
    if order.give_up == 1 then
      give_up(hall, ticket)
    elseif order.delay_ms > 0 then
      postpone(hall, ticket, order)
    end
    return done(ticket)
  end)
end
