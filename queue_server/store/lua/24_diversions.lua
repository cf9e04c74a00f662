-- The diversions (分流) of a hall: their records, and what other acts must know of them.
--   P:x    hash   id (D-YYMMDD-N) -> packed diversion, today; `#` -> how many there were
--   P:xs   hash   measure -> id of the one that stands for it: proposed or started; see `Measure.key`
--   P:xd   hash   measure -> when it was last dismissed

local diversions = {}

do
  local LENDS = { open_window = true, reskill_window = true } -- their window serves their queue besides its own
  local LOOK = '^D%-%d+%-%d+$'

  function diversions.key(measure)
    local parts = { measure.action }
    if measure.window > 0 then parts[#parts + 1] = measure.window end
    for _, name in ipairs({ 'queue', 'service', 'to' }) do
      if measure[name] ~= '' then parts[#parts + 1] = measure[name] end
    end
    return table.concat(parts, ':')
  end

  function diversions.load(hall, id)
    local raw = string.match(id, LOOK) and redis.call('HGET', hall.p .. ':x', id)
    if not raw then return nil end
    local diversion = unpack_record(raw, DIVERSION)
    diversion.id = id
    return diversion
  end

  function diversions.save(hall, diversion)
    redis.call('HSET', hall.p .. ':x', diversion.id, pack(diversion, DIVERSION))
  end

  -- All that are proposed or started, in a fixed order.
  function diversions.standing(hall)
    local ids, found = redis.call('HVALS', hall.p .. ':xs'), {}
    table.sort(ids)
    for index, id in ipairs(ids) do found[index] = diversions.load(hall, id) end
    return found
  end

  function diversions.stands_for(hall, measure)
    local id = redis.call('HGET', hall.p .. ':xs', diversions.key(measure))
    return id and diversions.load(hall, id)
  end

  -- As `emit` takes a ticket and a window: what it is about.
  function diversions.about(diversion)
    return { queue = diversion.queue, service = diversion.service }, { window = diversion.window }
  end

  function diversions.facts(diversion)
    local facts = { 'diversion', diversion.id, 'action', diversion.action }
    local function add(name, value) facts[#facts + 1], facts[#facts + 2] = name, value end
    if diversion.to ~= '' then add('to', diversion.to) end
    if diversion.foreseen == 1 then
      add('gain_mean_s', diversion.gain_mean_s)
      add('gain_p90_s', diversion.gain_p90_s)
    end
    if diversion.until_at > 0 then add('until_at', diversion.until_at) end
    if diversion.reason ~= '' then add('reason', diversion.reason) end
    if diversion.measured == 1 then
      add('effect_mean_s', diversion.effect_mean_s)
      add('effect_p90_s', diversion.effect_p90_s)
    end
    return facts
  end

  local function has(queues, queue)
    for index, share in ipairs(queues) do
      if share[1] == queue then return index end
    end
  end

  -- An open or paused window serves other queues from now on, its present ticket untouched. What reads the events
  -- knows only that a window was opened with its queues, so a paused one is told to be paused again.
  local function serve(hall, window, queues)
    local status, reason = window.status, window.reason
    window.queues, window.since, window.status, window.reason = queues, hall.at, 'open', ''
    emit(hall, 'WindowOpened', nil, window, { 'queues', queues })
    window.status, window.reason = status, reason
    if status == 'paused' then emit(hall, 'WindowPaused', nil, window, { 'reason', reason }) end
    save_window(hall, window)
  end

  diversions.serve = serve

  -- The queues that a window opens with: those it is told, and those that it was asked to serve besides.
  function diversions.queues_at(hall, number, queues)
    local all = {}
    for index, share in ipairs(queues) do all[index] = share end
    for _, diversion in ipairs(diversions.standing(hall)) do
      if LENDS[diversion.action] and diversion.status == 'started' and diversion.window == number and diversion.queue ~= ''
        and not has(all, diversion.queue) then
        all[#all + 1] = { diversion.queue, 0 }
      end
    end
    return all
  end

  -- Notes whether the window serves the queue without it; one that is open already learns it at once.
  function diversions.lend(hall, diversion)
    if not LENDS[diversion.action] then return end
    local window = load_window(hall, diversion.window)
    diversion.had = diversion.planned or 0
    if window.status ~= 'closed' then
      diversion.had = has(window.queues, diversion.queue) and 1 or 0
      if diversion.action == 'reskill_window' and diversion.had == 0 then
        serve(hall, window, diversions.queues_at(hall, diversion.window, window.queues))
      end
    end
    diversions.save(hall, diversion)
  end

  -- What was lent for a diversion that stands no more. A window that would be left with nothing has its own queues back.
  local function take_back(hall, diversion)
    if not LENDS[diversion.action] or diversion.queue == '' or diversion.had == 1 then return end
    local window = load_window(hall, diversion.window)
    local at = window.status ~= 'closed' and has(window.queues, diversion.queue)
    if not at then return end
    local left = {}
    for index, share in ipairs(window.queues) do
      if index ~= at then left[#left + 1] = share end
    end
    if #left == 0 then left = diversion.own end
    left = diversions.queues_at(hall, diversion.window, left)
    if #left > 0 then serve(hall, window, left) end
  end

  -- It stands no more: as `status`, for `reason`.
  function diversions.leave(hall, diversion, status, reason)
    diversion.status, diversion.ended_at, diversion.reason = status, hall.at, reason
    redis.call('HDEL', hall.p .. ':xs', diversions.key(diversion))
    diversions.save(hall, diversion)
  end

  function diversions.finish(hall, diversion, reason)
    diversions.leave(hall, diversion, 'ended', reason)
    take_back(hall, diversion)
    local thing, place = diversions.about(diversion)
    emit(hall, 'DiversionEnded', thing, place, diversions.facts(diversion))
  end

  local function that_opens(hall, number)
    for _, diversion in ipairs(diversions.standing(hall)) do
      if diversion.action == 'open_window' and diversion.status == 'started' and diversion.window == number then
        return diversion
      end
    end
  end

  -- A window has opened: whoever asked for it has it.
  function diversions.opened(hall, number)
    local diversion = that_opens(hall, number)
    if not diversion or diversion.carried_at > 0 then return end
    diversion.carried_at = hall.at
    diversions.save(hall, diversion)
  end

  function diversions.closed(hall, number)
    local diversion = that_opens(hall, number)
    if diversion and diversion.carried_at > 0 then diversions.finish(hall, diversion, 'window_closed') end
  end

  -- The day is over: what runs ends with it, and everything is forgotten.
  function diversions.end_day(hall)
    for _, diversion in ipairs(diversions.standing(hall)) do
      if diversion.status == 'started' then
        diversions.leave(hall, diversion, 'ended', 'day_closed')
        local thing, place = diversions.about(diversion)
        emit(hall, 'DiversionEnded', thing, place, diversions.facts(diversion))
      end
    end
    for _, part in ipairs({ 'x', 'xs', 'xd' }) do redis.call('UNLINK', hall.p .. ':' .. part) end
  end
end
