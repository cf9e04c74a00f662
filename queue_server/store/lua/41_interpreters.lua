-- keep_interpreter, drop_interpreter, set_duty: the roster. plan_interpreters: those of the hall file, each line once.
-- ask_interpreter, drop_request, assign_interpreter,
-- note_interpreting: a visitor's wish for one. match_interpreters: whoever is free goes to who needs them.
-- check_papers: what a guide saw of a visitor's papers.
-- Refuse: NO_SUCH_INTERPRETER {interpreter}; NO_SUCH_TICKET; ask_interpreter: WRONG_STATUS, NO_INTERPRETER {language} when
--         nobody on the roster speaks it; drop_request, assign_interpreter, note_interpreting: NO_SUCH_REQUEST {ticket};
--         assign_interpreter: INTERPRETER_BUSY {interpreter}, WRONG_STATUS; check_papers: WRONG_STATUS.
-- Emit: InterpreterChanged {person, change}; InterpreterAsked, InterpreterAssigned, InterpreterDone (see
--       20_interpreters.lua); TicketReinstated for who was held for one; PapersChecked {missing}.
-- match_interpreters answers the row { how many are left without one }.

do
  local function told(hall, id, what)
    emit(hall, 'InterpreterChanged', nil, nil, { 'person', id, 'change', what })
    return { thing = id }
  end

  local function unknown(order)
    return refuse('NO_SUCH_INTERPRETER', { 'interpreter', order.interpreter })
  end

  -- What is said of somebody, kept: of `one`, or of who is new.
  local function keep(hall, one, said)
    local what = one and 'changed' or 'added'
    one = one or { id = 'I' .. redis.call('HINCRBY', hall.p .. ':y', '#', 1),
      duty = 0, ticket = '', since = hall.at, day = '', served = 0 }
    one.name, one.languages, one.phone, one.shifts = said.name, said.languages, said.phone, said.shifts
    one.account = said.account
    interpreters.save(hall, one)
    return told(hall, one.id, what)
  end

  act('keep_interpreter', function(hall, order)
    local one = order.interpreter ~= '' and interpreters.load(hall, order.interpreter) or nil
    if order.interpreter ~= '' and not one then return unknown(order) end
    return keep(hall, one, order)
  end)

  -- A line that stands as it stood changes nothing: so what was edited or removed on the page since then stays so.
  act('plan_interpreters', function(hall, order)
    local known = hall.p .. ':yf'
    for _, row in ipairs(order.rows) do
      local mark = redis.sha1hex(cmsgpack.pack(row))
      local id, before = string.match(redis.call('HGET', known, row[1]) or '', '^(I%d+) (%x+)$')
      if before ~= mark then
        local said = { name = row[2], languages = row[3], phone = row[4], shifts = row[5], account = row[6] }
        local done = keep(hall, id and interpreters.load(hall, id), said)
        redis.call('HSET', known, row[1], done.thing .. ' ' .. mark)
      end
    end
    return { thing = '' }
  end)

  -- The one they are with goes back to the list; who is at a window already gets the next one at once, if there is one.
  local function leave(hall, one)
    local ticket = one.ticket ~= '' and load_ticket(hall, one.ticket)
    if not ticket then return end
    interpreters.give_back(hall, ticket, 'left')
    if ticket.status ~= 'waiting' then interpreters.assign(hall, ticket) end
    write_ticket(hall, ticket)
  end

  act('drop_interpreter', function(hall, order)
    local one = interpreters.load(hall, order.interpreter)
    if not one then return unknown(order) end
    one.duty = 0
    interpreters.save(hall, one) -- so that nobody is given back to them
    leave(hall, one)
    redis.call('HDEL', hall.p .. ':y', one.id)
    return told(hall, one.id, 'removed')
  end)

  act('set_duty', function(hall, order)
    local one = interpreters.load(hall, order.interpreter)
    if not one then return unknown(order) end
    if one.duty == order.duty or (order.gently == 1 and one.ticket ~= '') then return { thing = one.id } end
    one.duty = order.duty
    if order.duty == 1 then one.since = hall.at end
    interpreters.save(hall, one)
    if order.duty == 0 then leave(hall, one) end
    return told(hall, one.id, order.duty == 1 and 'on_duty' or 'off_duty')
  end)

  local function is_spoken(hall, language)
    for _, one in ipairs(interpreters.all(hall)) do
      if interpreters.speaks(one, language) then return true end
    end
    return false
  end

  act('ask_interpreter', function(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    if FINAL[ticket.status] then return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status }) end
    if ticket.speaks == order.language then return done(ticket) end
    if not is_spoken(hall, order.language) then return refuse('NO_INTERPRETER', { 'language', order.language }) end
    if ticket.speaks ~= '' then interpreters.finish(hall, ticket, 'language') end
    ticket.speaks = order.language
    interpreters.ask(hall, ticket, order.channel)
    if ticket.status == 'called' or ticket.status == 'serving' then interpreters.assign(hall, ticket) end
    write_ticket(hall, ticket)
    return done(ticket)
  end)

  -- A ticket that asked, with its request; or the refusal.
  local function asked(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    if not ticket then return nil, nil, refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    local request = interpreters.request(hall, ticket.id)
    if not request then return nil, nil, refuse('NO_SUCH_REQUEST', { 'ticket', ticket.id }) end
    return ticket, request
  end

  act('drop_request', function(hall, order)
    local ticket, _, refusal = asked(hall, order)
    if refusal then return refusal end
    if ticket.speaks == '' or FINAL[ticket.status] then return done(ticket) end
    interpreters.finish(hall, ticket, 'dropped')
    ticket.speaks = ''
    if ticket.held_for == INTERPRETERS.holds then
      interpreters.wait_again(hall, ticket)
    else
      write_ticket(hall, ticket)
    end
    return done(ticket)
  end)

  local function send(hall, ticket)
    if ticket.held_for == INTERPRETERS.holds then
      interpreters.wait_again(hall, ticket)
    else
      write_ticket(hall, ticket)
    end
  end

  act('assign_interpreter', function(hall, order)
    local ticket, request, refusal = asked(hall, order)
    if refusal then return refusal end
    local one = interpreters.load(hall, order.interpreter)
    if not one then return unknown(order) end
    if ticket.speaks == '' or FINAL[ticket.status] then
      return refuse('NO_SUCH_REQUEST', { 'ticket', ticket.id })
    end
    if PARKED[ticket.status] and ticket.held_for ~= INTERPRETERS.holds then -- nobody waits beside who is not there
      return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status })
    end
    if one.ticket == ticket.id then return done(ticket) end
    if one.ticket ~= '' or one.duty == 0 then return refuse('INTERPRETER_BUSY', { 'interpreter', one.id }) end
    interpreters.give_back(hall, ticket, 'changed')
    interpreters.give(hall, ticket, interpreters.request(hall, ticket.id) or request, one)
    send(hall, ticket)
    return done(ticket)
  end)

  act('note_interpreting', function(hall, order)
    local ticket, request, refusal = asked(hall, order)
    if refusal then return refusal end
    request.note = order.note
    interpreters.save_request(hall, ticket.id, request)
    return { thing = ticket.id }
  end)

  -- Those whose turn has come, by turn; then those who will soon be called, as they asked.
  local function in_need(hall, near)
    local now, soon = {}, {}
    for _, id in ipairs(redis.call('ZRANGE', hall.p .. ':yo', 0, -1)) do
      local ticket = load_ticket(hall, id)
      if ticket.held_for == INTERPRETERS.holds or ticket.status == 'called' or ticket.status == 'serving' then
        now[#now + 1] = ticket
      elseif ticket.status == 'waiting' and ahead_of(hall, ticket) < near then
        soon[#soon + 1] = ticket
      end
    end
    table.sort(now, function(a, b)
      if a.turn ~= b.turn then return a.turn < b.turn end
      return a.id < b.id
    end)
    for _, ticket in ipairs(soon) do now[#now + 1] = ticket end
    return now
  end

  act('match_interpreters', function(hall, order)
    for _, ticket in ipairs(in_need(hall, order.near)) do
      if interpreters.assign(hall, ticket) then send(hall, ticket) end
    end
    return { rows = { { redis.call('ZCARD', hall.p .. ':yo') } } }
  end)

  act('check_papers', function(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    if FINAL[ticket.status] then return refuse('WRONG_STATUS', { 'ticket', ticket.id, 'status', ticket.status }) end
    note_on(hall, ticket, { checked = ticket.service, missing = order.missing })
    emit(hall, 'PapersChecked', { id = ticket.id, number = ticket.number, queue = ticket.queue, service = ticket.service },
      nil, { 'missing', table.concat(order.missing, ',') })
    return done(ticket)
  end)

  -- read_interpreters: answers { the roster as { id, record } each, the day's requests as { ticket, record } each }, packed.
  redis.register_function { function_name = 'gw_read_interpreters', flags = { 'no-writes' }, callback = function(keys)
    local hall = { p = keys[1] }
    local roster, requests = {}, {}
    for index, one in ipairs(interpreters.all(hall)) do
      roster[index] = { one.id, listed(one, INTERPRETERS.interpreter) }
    end
    local flat = redis.call('HGETALL', hall.p .. ':yr:' .. (redis.call('HGET', hall.p, 'day') or ''))
    for index = 1, #flat, 2 do
      requests[#requests + 1] = { flat[index], listed(unpack_record(flat[index + 1], INTERPRETERS.request), INTERPRETERS.request) }
    end
    return cmsgpack.pack({ roster, requests })
  end }
end
