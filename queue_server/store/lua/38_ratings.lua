-- rate: what a visitor says of a finished stop (好差评). open_case: a complaint. change_case: a step of a case, its handover.
-- case_told: notes what the owner of a case was told, unless somebody else noted more meanwhile.
-- Refuse: rate: NO_SUCH_TICKET, NOT_SERVED {ticket}, WRONG_WINDOW {window}, ALREADY_RATED {ticket};
--         open_case: NO_SUCH_TICKET; change_case: NO_SUCH_CASE {case}, CASE_STATUS {case, status}; case_told nothing.
-- Emit: RatingGiven {score, tags, channel, stop}; CaseOpened {case, kind, owner, due_at} (by a low rating in the same act);
--       CaseChanged {case, step, to, owner, due_at}. None of them carries what a visitor wrote.
-- rate answers the row { stop, case }, the others the id of the case. case_told emits nothing.

do
  local NOTHING = {
    number = '', queue = '', service = '', window = 0, staff = '', score = 0, tags = {}, comment = '', channel = '',
  }

  act('rate', function(hall, order)
    local ticket = load_ticket(hall, order.ticket)
    if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
    local stop = order.stop > 0 and order.stop or ratings.latest(ticket)
    local rated = ratings.load(hall, ticket, stop)
    if not rated then return refuse('NOT_SERVED', { 'ticket', ticket.id }) end
    if order.window > 0 and rated.window ~= order.window then
      return refuse('WRONG_WINDOW', { 'window', order.window })
    end
    if rated.score > 0 then return refuse('ALREADY_RATED', { 'ticket', ticket.id }) end

    rated.score, rated.tags, rated.channel = order.score, order.tags, order.channel
    rated.comment, rated.rated_at = order.comment, hall.at
    ratings.keep(hall, ticket.id, stop, rated)
    local about, window = ratings.about(ticket.id, rated)
    emit(hall, 'RatingGiven', about, window, { 'score', rated.score, 'tags', table.concat(rated.tags, ','),
      'channel', rated.channel, 'stop', stop })
    local case = ''
    if rated.score <= RATINGS.low then case = ratings.open_case(hall, 'rating', ticket.id, stop, rated, order).id end
    return { thing = ticket.id, rows = { { stop, case } } }
  end)

  act('open_case', function(hall, order)
    local about, stop = NOTHING, 0
    if order.ticket ~= '' then
      local ticket = load_ticket(hall, order.ticket)
      if not ticket then return refuse('NO_SUCH_TICKET', { 'ticket', order.ticket }) end
      stop = math.max(ratings.latest(ticket), 1)
      about = ratings.load(hall, ticket, stop) or {
        number = ticket.number, queue = ticket.queue, service = ticket.service, window = ticket.window,
        staff = ticket.served_by,
      }
    end
    local of = {
      number = about.number, queue = about.queue, service = about.service, window = about.window, staff = about.staff,
      score = 0, tags = {}, comment = order.text,
    }
    return { thing = ratings.open_case(hall, 'complaint', order.ticket, stop, of, order).id }
  end)

  local function may_go(case, status)
    for _, other in ipairs(ratings.moves_of(case)[case.status]) do
      if other == status then return true end
    end
    return status == '' and case.ended_at == 0 -- handed over, or noted, as it stands
  end

  act('change_case', function(hall, order)
    local case = ratings.load_case(hall, order.case)
    if not case then return refuse('NO_SUCH_CASE', { 'case', order.case }) end
    if not may_go(case, order.status) then return refuse('CASE_STATUS', { 'case', case.id, 'status', case.status }) end
    local from, to = case.status, order.status ~= '' and order.status or case.status
    case.status, case.changed_at = to, hall.at
    if order.owner ~= '' then case.owner = order.owner end
    if order.status ~= '' then case.due_at = order.due_at end
    if #ratings.moves_of(case)[to] == 0 then case.ended_at = hall.at end
    case.changes[#case.changes + 1] = { hall.at, hall.actor, from, to, case.owner, order.note }
    ratings.save_case(hall, case)
    local about, window = ratings.about(case.ticket, case)
    emit(hall, 'CaseChanged', about, window,
      { 'case', case.id, 'step', from, 'to', to, 'owner', case.owner, 'due_at', case.due_at })
    return { thing = case.id }
  end)

  act('case_told', function(hall, order)
    local case = ratings.load_case(hall, order.case)
    if case and #case.news == order.heard then
      local news = {} -- a new list: what old records lack is one list for all of them
      for _, marks in ipairs({ case.news, order.news }) do
        for _, mark in ipairs(marks) do news[#news + 1] = mark end
      end
      case.news = news
      ratings.save_case(hall, case)
    end
    return { thing = order.case }
  end)

  local function reads(name, body)
    redis.register_function { function_name = 'gw_' .. name, flags = { 'no-writes' }, callback = function(keys, args)
      return cmsgpack.pack(body({ p = keys[1] }, args))
    end }
  end

  -- read_stops: ARGV = ticket id; answers { stop, its record } of each finished stop, or nothing for no such ticket.
  reads('read_stops', function(hall, args)
    local ticket = load_ticket(hall, args[1])
    return ticket and ratings.all(hall, ticket) or {}
  end)

  -- read_finished: ARGV = window; answers { ticket id, stop, its record } of what it finished last, or nothing.
  reads('read_finished', function(hall, args)
    local last = ratings.at_window(hall, args[1])
    local ticket = last and load_ticket(hall, last[1])
    local found = ticket and ratings.load(hall, ticket, last[2])
    return found and { { last[1], last[2], listed(found, RATINGS.stop) } } or {}
  end)

  -- read_comments: ARGV = day (YYMMDD); answers { ticket id, stop, its record } of each whose visitor left words or reasons.
  reads('read_comments', function(hall, args)
    local rows, flat = {}, redis.call('HGETALL', hall.p .. ':gm:' .. args[1])
    for index = 1, #flat, 2 do
      local id, stop = string.match(flat[index], '^(.+):(%d+)$')
      rows[#rows + 1] = { id, tonumber(stop), listed(unpack_record(flat[index + 1], RATINGS.stop), RATINGS.stop) }
    end
    return rows
  end)

  -- read_project: ARGV = code; answers { id, record } of its case, or nothing.
  reads('read_project', function(hall, args)
    local id = redis.call('HGET', hall.p .. ':gj', args[1])
    local case = id and ratings.load_case(hall, id)
    return case and { { id, listed(case, RATINGS.case) } } or {}
  end)

  -- read_cases: ARGV = `open` or `ended`, or the id of one; answers { id, its record } each.
  reads('read_cases', function(hall, args)
    local rows = {}
    if args[1] ~= 'open' and args[1] ~= 'ended' then
      local case = ratings.load_case(hall, args[1])
      return case and { { case.id, listed(case, RATINGS.case) } } or rows
    end
    local flat = redis.call('HGETALL', hall.p .. (args[1] == 'open' and ':gc' or ':ge'))
    for index = 1, #flat, 2 do
      rows[#rows + 1] = { flat[index], listed(unpack_record(flat[index + 1], RATINGS.case), RATINGS.case) }
    end
    return rows
  end)

  -- read_due: ARGV = moment; answers { how many cases are open, how many of them are overdue then }.
  reads('read_due', function(hall, args)
    return { redis.call('ZCARD', hall.p .. ':gd'), redis.call('ZCOUNT', hall.p .. ':gd', '-inf', '(' .. args[1]) }
  end)
end
