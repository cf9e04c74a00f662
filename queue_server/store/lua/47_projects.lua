-- open_project: a large project (一条龙专窗) gets an officer at one window, and a code. It is a case of the kind `project`.
-- visit_project: with the code its applicant gets a ticket for that window, whose visit is noted with the project.
-- Refuse: open_project: CODE_TAKEN; visit_project: TOO_MANY {retry_after_s} after many wrong codes, NO_SUCH_PROJECT for
--         one that is unknown or has ended, ALREADY_WAITING {number, queue} while its last ticket is open,
--         OFFICER_AWAY {window, next_at} while the window is closed.
-- Emit: CaseOpened; TicketIssued {..., only_window} and CaseChanged, whose status stays. The code is in none of them.
-- open_project answers the row { code }.

do
  act('open_project', function(hall, order)
    if redis.call('HEXISTS', hall.p .. ':gj', order.code) == 1 then return refuse('CODE_TAKEN') end
    local of = {
      number = '', queue = order.queue, service = order.service, window = order.window, staff = '', score = 0, tags = {},
      comment = order.title,
    }
    local case = ratings.open_case(hall, 'project', '', 0, of, order)
    redis.call('HSET', hall.p .. ':gj', case.code, case.id)
    return { thing = case.id, rows = { { case.code } } }
  end)

  local function still_here(hall, case)
    local last = case.visits[#case.visits]
    local ticket = last and load_ticket(hall, last[2])
    if ticket and not FINAL[ticket.status] then
      return refuse('ALREADY_WAITING', { 'number', ticket.number, 'queue', ticket.queue })
    end
  end

  -- `next_at` is when the officer is there again, as far as shifts say.
  local function away(hall, case, next_at)
    if load_window(hall, case.window).status ~= 'closed' then return nil end
    return refuse('OFFICER_AWAY', { 'window', case.window, 'next_at', next_at })
  end

  local function note_visit(hall, case, ticket)
    local visits = {} -- a new list: what old records lack is one list for all of them
    for _, visit in ipairs(case.visits) do visits[#visits + 1] = visit end
    visits[#visits + 1] = { hall.at, ticket.id, ticket.number, case.window }
    case.visits = visits
    ratings.save_case(hall, case)
    local about, window = ratings.about(case.ticket, case)
    emit(hall, 'CaseChanged', about, window,
      { 'case', case.id, 'step', case.status, 'to', case.status, 'owner', case.owner, 'due_at', case.due_at })
  end

  act('visit_project', function(hall, order)
    local refusal = too_many(hall, order.windows)
    if refusal then return refusal end
    local case = ratings.load_case(hall, order.case)
    if not case or case.kind ~= 'project' or case.ended_at > 0 then
      count_in_windows(hall, order.windows)
      return refuse('NO_SUCH_PROJECT')
    end
    refusal = still_here(hall, case) or away(hall, case, order.next_at)
    if refusal then return refusal end
    local ticket = next_ticket(hall, order)
    ticket.only_window = case.window
    local facts = { 'channel', order.channel, 'language', order.language, 'stops', 1, 'only_window', case.window }
    if ticket.outside ~= '' then facts[#facts + 1], facts[#facts + 2] = 'outside', ticket.outside end
    local outcome = let_wait(hall, ticket, with_promise(ticket, facts))
    note_visit(hall, case, ticket)
    return outcome
  end)
end
