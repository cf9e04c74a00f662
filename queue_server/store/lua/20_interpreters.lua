-- Interpreters (翻译掌柜): who they are, and whom each of them goes with.
--   P:y      hash   interpreter id (I1, I2 ...) -> packed interpreter; `#` -> how many there ever were
--   P:yf     hash   id in the hall file -> `ID MARK`: who that became, and the mark of the line that was taken over
--   P:yr:D   hash   ticket id -> packed request, of tickets of day D, until the day after D ends
--   P:yo     zset   tickets whose request nobody was assigned to yet, by the moment they asked
-- A ticket says itself that it needs one (`speaks`), and who goes with it (`interpreter`), so that a call costs no read.
-- One that needs an interpreter is called with one alone: see call_next. Emit: InterpreterAsked {language, channel},
-- InterpreterAssigned {person, language}, InterpreterDone {person, language, reason}.

do
  local OVER = { done = true, dropped = true }

  local function requests_of(hall, id)
    return hall.p .. ':yr:' .. string.sub(id, 1, 6)
  end

  function interpreters.load(hall, id)
    local raw = id ~= '#' and redis.call('HGET', hall.p .. ':y', id)
    if not raw then return nil end
    local interpreter = unpack_record(raw, INTERPRETERS.interpreter)
    interpreter.id = id
    interpreter.account = interpreter.account or '' -- of a roster that was kept before there were accounts
    return interpreter
  end

  function interpreters.save(hall, interpreter)
    redis.call('HSET', hall.p .. ':y', interpreter.id, pack(interpreter, INTERPRETERS.interpreter))
  end

  -- Everybody on the roster, by id.
  function interpreters.all(hall)
    local rows, flat = {}, redis.call('HGETALL', hall.p .. ':y')
    for index = 1, #flat, 2 do
      if flat[index] ~= '#' then rows[#rows + 1] = interpreters.load(hall, flat[index]) end
    end
    table.sort(rows, function(a, b) return tonumber(string.sub(a.id, 2)) < tonumber(string.sub(b.id, 2)) end)
    return rows
  end

  function interpreters.request(hall, id)
    local raw = redis.call('HGET', requests_of(hall, id), id)
    return raw and unpack_record(raw, INTERPRETERS.request)
  end

  function interpreters.save_request(hall, id, request)
    redis.call('HSET', requests_of(hall, id), id, pack(request, INTERPRETERS.request))
    if request.status == 'asked' then
      redis.call('ZADD', hall.p .. ':yo', request.asked_at, id)
    else
      redis.call('ZREM', hall.p .. ':yo', id)
    end
  end

  function interpreters.speaks(interpreter, language)
    for _, known in ipairs(interpreter.languages) do
      if known == language then return true end
    end
    return false
  end

  function interpreters.served(hall, interpreter)
    return interpreter.day == hall.day and interpreter.served or 0
  end

  -- As `emit` takes a ticket and facts: what happens beside its moves, of which this is none.
  local function about(ticket)
    return { id = ticket.id, number = ticket.number, queue = ticket.queue, service = ticket.service }
  end

  local function facts(ticket, person, ...)
    return { 'person', person, 'language', ticket.speaks, ... }
  end

  -- A ticket asks, or asks again for its next stop.
  function interpreters.ask(hall, ticket, channel, before)
    interpreters.save_request(hall, ticket.id, {
      number = ticket.number, queue = ticket.queue, service = ticket.service, language = ticket.speaks,
      channel = channel, status = 'asked', interpreter = before and before.interpreter or '', asked_at = hall.at,
      assigned_at = 0, ended_at = 0, note = before and before.note or '',
    })
    count(hall, ticket.queue .. '|interpreters', 1)
    emit(hall, 'InterpreterAsked', about(ticket), nil, facts(ticket, '', 'channel', channel))
  end

  -- Of those who are free and speak it, who went with the visitor before; else with the fewest today, free for longest.
  local function chosen(hall, ticket, request)
    local best
    local function goes_first(one)
      if not best then return true end
      if (one.id == request.interpreter) ~= (best.id == request.interpreter) then return one.id == request.interpreter end
      local mine, theirs = interpreters.served(hall, one), interpreters.served(hall, best)
      if mine ~= theirs then return mine < theirs end
      return one.since < best.since
    end
    for _, one in ipairs(interpreters.all(hall)) do
      if one.duty == 1 and one.ticket == '' and interpreters.speaks(one, ticket.speaks) and goes_first(one) then
        best = one
      end
    end
    return best
  end

  function interpreters.give(hall, ticket, request, interpreter)
    interpreter.served = interpreters.served(hall, interpreter) + 1
    interpreter.ticket, interpreter.since, interpreter.day = ticket.id, hall.at, hall.day
    interpreters.save(hall, interpreter)
    request.status, request.interpreter, request.assigned_at = 'assigned', interpreter.id, hall.at
    request.queue, request.service = ticket.queue, ticket.service
    interpreters.save_request(hall, ticket.id, request)
    ticket.interpreter = interpreter.id
    count(hall, ticket.queue .. '|interpreted', 1)
    emit(hall, 'InterpreterAssigned', about(ticket), nil, facts(ticket, interpreter.id))
  end

  -- Whoever is free goes with the ticket, which its caller writes; false when nobody is.
  function interpreters.assign(hall, ticket)
    local request = interpreters.request(hall, ticket.id)
    local interpreter = chosen(hall, ticket, request)
    if interpreter then interpreters.give(hall, ticket, request, interpreter) end
    return interpreter ~= nil
  end

  local function set_free(hall, ticket)
    local interpreter = interpreters.load(hall, ticket.interpreter)
    if not interpreter then return end -- off the roster by now
    interpreter.ticket, interpreter.since = '', hall.at
    interpreters.save(hall, interpreter)
  end

  -- The request goes back to the list; the ticket is written by its caller.
  function interpreters.give_back(hall, ticket, reason)
    if ticket.interpreter == '' then return end
    local request = interpreters.request(hall, ticket.id)
    set_free(hall, ticket)
    request.status, request.assigned_at = 'asked', 0
    interpreters.save_request(hall, ticket.id, request)
    emit(hall, 'InterpreterDone', about(ticket), nil, facts(ticket, ticket.interpreter, 'reason', reason))
    ticket.interpreter = ''
  end

  -- The stop, the visit or the wish is over.
  function interpreters.finish(hall, ticket, reason)
    local request = interpreters.request(hall, ticket.id)
    if OVER[request.status] then return end
    if ticket.interpreter ~= '' then set_free(hall, ticket) end
    local seen_off = ticket.interpreter ~= '' and reason == 'done'
    request.status, request.ended_at = seen_off and 'done' or 'dropped', hall.at
    interpreters.save_request(hall, ticket.id, request)
    emit(hall, 'InterpreterDone', about(ticket), nil, facts(ticket, ticket.interpreter, 'reason', reason))
    ticket.interpreter = ''
  end

  -- What a change of the ticket means for who goes with it. Called by `change` and `restore`, which write the ticket.
  function interpreters.follow(hall, ticket)
    if FINAL[ticket.status] then return interpreters.finish(hall, ticket, ticket.status) end
    local request = interpreters.request(hall, ticket.id)
    if OVER[request.status] then interpreters.ask(hall, ticket, 'visit', request) end
    if PARKED[ticket.status] or (ticket.status == 'waiting' and ticket.was == 'serving') then
      interpreters.give_back(hall, ticket, ticket.status)
    elseif ticket.status ~= 'waiting' and ticket.interpreter == '' then
      interpreters.assign(hall, ticket)
    end
  end

  -- Whether a ticket may be called: it needs nobody, somebody goes with it, or can from now on.
  function interpreters.is_ready(hall, ticket)
    return ticket.speaks == '' or ticket.interpreter ~= '' or interpreters.assign(hall, ticket)
  end

  -- Its turn has come and nobody is free: it steps aside with its turn, until somebody is.
  function interpreters.hold(hall, ticket)
    change(hall, ticket, { status = MOVES.hold.to, wake_at = 0, held_for = INTERPRETERS.holds })
    emit(hall, 'TicketHeld', ticket, nil, { 'reason', INTERPRETERS.holds, 'minutes', 0 })
  end

  -- It waits again as if it had never stepped aside.
  function interpreters.wait_again(hall, ticket)
    local since = ticket.since
    change(hall, ticket, waiting_again(since, { promise = ticket.promise, only_window = still_only(hall, ticket) }))
    emit(hall, 'TicketReinstated', ticket, nil, with_promise(ticket,
      { 'reason', INTERPRETERS.holds, 'since', since, 'only_window', ticket.only_window }))
  end

  function interpreters.forget_day(hall, day)
    redis.call('UNLINK', hall.p .. ':yr:' .. day)
  end

  -- With the day everybody goes home.
  function interpreters.end_day(hall)
    for _, one in ipairs(interpreters.all(hall)) do
      one.duty, one.ticket = 0, ''
      interpreters.save(hall, one)
    end
  end
end
