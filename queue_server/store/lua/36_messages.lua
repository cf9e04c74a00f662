-- post_messages, claim_messages, settle_message: messages to visitors, each sent once. begin_messages.
-- mute_messages, muted_messages: who wants none.
-- take_outlet, move_outlet: who outside is told of the hall's events, and how far.
-- KEYS[1] = P, ARGV[1] = the order as a MessagePack map; `read_messages` has none. They refuse and emit nothing.
--
--   P:m    hash    id -> packed message; one that has been dealt with keeps its id for a day, without what it says
--   P:mq   zset    messages to be sent, by the moment they are due; of those under way, when their lease ends
--   P:md   zset    messages dealt with, by when
--   P:mh   list    what was dealt with lately, packed, latest first
--   P:ms   hash    today's counters: `CHANNEL|STATE`, and `day`
--   P:mo   set     persons who want no messages
--   P:mt   set     tickets whose visitors want none; gone two days after the last of them
--   P:ml:H hash    messages of hour H by whom they are for
--   P:mc   hash    how far the stream has been turned into messages (`@`) and told to each outlet
--   P:mr   hash    outlet -> packed: its lease's end, times in vain, when it is due, and a serial number of its leases

do
  local MESSAGE = { 'state', 'attempts', 'not_after', 'once', 'template', 'sealed', 'problem', 'done' }
  local KEPT_MS, MUTED_S, HOUR_MS, MOST_WAITING, HISTORY, PURGED_AT_ONCE = 86400000, 172800, 3600000, 50000, 100, 200

  local function keep(p, id, message)
    redis.call('HSET', p .. ':m', id, pack(message, MESSAGE))
  end

  local function counted(p, day, name)
    local known = redis.call('HGET', p .. ':ms', 'day') or ''
    if day > known then
      redis.call('DEL', p .. ':ms')
      redis.call('HSET', p .. ':ms', 'day', day)
    end
    redis.call('HINCRBY', p .. ':ms', name, 1)
  end

  -- The end of a message: what it said is forgotten, its id is not.
  local function close(p, order, id, message, state, channel)
    message.state, message.sealed, message.done = state, '', {}
    keep(p, id, message)
    redis.call('ZREM', p .. ':mq', id)
    redis.call('ZADD', p .. ':md', order.at, id)
    redis.call('LPUSH', p .. ':mh', cmsgpack.pack(
      { order.at, id, message.template, channel, state, message.problem, message.attempts }))
    redis.call('LTRIM', p .. ':mh', 0, HISTORY - 1)
    counted(p, order.day, channel .. '|' .. state)
  end

  local function is_in(key, name)
    return name ~= '' and redis.call('SISMEMBER', key, name) == 1
  end

  -- Why a message is not sent at all, or nil. Only what is not urgent counts against the hour.
  local function unwanted(p, order, new)
    if redis.call('ZCARD', p .. ':mq') >= MOST_WAITING then return 'dropped' end
    if new.limit == 0 then return nil end
    if is_in(p .. ':mo', new.person) or is_in(p .. ':mt', new.about) then return 'muted' end
    local key = p .. ':ml:' .. math.floor(order.at / HOUR_MS)
    local sent = redis.call('HINCRBY', key, new.who, 1)
    redis.call('EXPIRE', key, 2 * HOUR_MS / 1000)
    return sent > new.limit and 'limited' or nil
  end

  local function post(p, order, new)
    if redis.call('HEXISTS', p .. ':m', new.id) == 1 then return 0 end
    local message = {
      state = 'waiting', attempts = 0, not_after = new.not_after, once = new.once,
      template = new.template, sealed = new.sealed, problem = '', done = {},
    }
    local why_not = unwanted(p, order, new)
    if why_not then
      close(p, order, new.id, message, why_not, '')
      return 0
    end
    keep(p, new.id, message)
    redis.call('ZADD', p .. ':mq', order.at, new.id)
    return 1
  end

  -- {at, day, messages, from, to}: posts what is new. With `to` it is done only where the cursor stands at `from`, and
  -- moves it. Answers {how many were new, the cursor}.
  redis.register_function('gw_post_messages', function(keys, args)
    local p, order, new = keys[1], cmsgpack.unpack(args[1]), 0
    local cursor = tonumber(redis.call('HGET', p .. ':mc', '@') or -1)
    if order.to >= 0 and cursor ~= order.from then return { 0, cursor } end
    for _, message in ipairs(order.messages) do new = new + post(p, order, message) end
    if order.to >= 0 then
      cursor = order.to
      redis.call('HSET', p .. ':mc', '@', cursor)
    end
    return { new, cursor }
  end)

  -- ARGV: outlets. Where the cursor of messages stands; a cursor that is new starts with what happens from now on.
  redis.register_function('gw_begin_messages', function(keys, outlets)
    local p = keys[1]
    local position = redis.call('HGET', p, 'position') or 0
    redis.call('HSETNX', p .. ':mc', '@', position)
    for _, name in ipairs(outlets) do redis.call('HSETNX', p .. ':mc', name, position) end
    return tonumber(redis.call('HGET', p .. ':mc', '@'))
  end)

  local function purge(p, at)
    local old = redis.call('ZRANGEBYSCORE', p .. ':md', '-inf', at - KEPT_MS, 'LIMIT', 0, PURGED_AT_ONCE)
    for _, id in ipairs(old) do
      redis.call('HDEL', p .. ':m', id)
      redis.call('ZREM', p .. ':md', id)
    end
  end

  -- {at, day, limit, lease_ms}: answers, packed, {id, attempt, sealed, done} of messages that now are the caller's alone
  -- until the lease ends. Who came here with a lease that ended may have been sent: `once` ones are not sent again.
  redis.register_function('gw_claim_messages', function(keys, args)
    local p, order, rows = keys[1], cmsgpack.unpack(args[1]), {}
    purge(p, order.at)
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', p .. ':mq', '-inf', order.at, 'LIMIT', 0, order.limit)) do
      local message = unpack_record(redis.call('HGET', p .. ':m', id), MESSAGE)
      if message.once == 1 and message.state == 'sending' then
        close(p, order, id, message, 'unsure', '')
      elseif order.at >= message.not_after then
        close(p, order, id, message, 'late', '')
      else
        message.state, message.attempts = 'sending', message.attempts + 1
        keep(p, id, message)
        redis.call('ZADD', p .. ':mq', order.at + order.lease_ms, id)
        rows[#rows + 1] = { id, message.attempts, message.sealed, message.done }
      end
    end
    return cmsgpack.pack(rows)
  end)

  -- {at, day, id, attempt, state, channel, problem, due, done}: how a claimed message came out; `waiting` until `due` for
  -- another attempt. Answers 1, or 0 when the message is the caller's no more.
  redis.register_function('gw_settle_message', function(keys, args)
    local p, order = keys[1], cmsgpack.unpack(args[1])
    local raw = redis.call('HGET', p .. ':m', order.id)
    local message = raw and unpack_record(raw, MESSAGE)
    if not message or message.state ~= 'sending' or message.attempts ~= order.attempt then return 0 end
    message.problem, message.done = order.problem, order.done
    if order.state ~= 'waiting' then
      close(p, order, order.id, message, order.state, order.channel)
    elseif order.due >= message.not_after then
      close(p, order, order.id, message, #order.done > 0 and 'sent' or 'failed', order.channel)
    else
      message.state = 'waiting'
      keep(p, order.id, message)
      redis.call('ZADD', p .. ':mq', order.due, order.id)
      counted(p, order.day, order.channel .. '|retried')
    end
    return 1
  end)

  -- {persons, ticket, muted}: these persons, and the visitor of this ticket, want no messages, or want them again.
  redis.register_function('gw_mute_messages', function(keys, args)
    local p, order = keys[1], cmsgpack.unpack(args[1])
    local change = order.muted == 1 and 'SADD' or 'SREM'
    for _, person in ipairs(order.persons) do redis.call(change, p .. ':mo', person) end
    if order.ticket ~= '' then
      redis.call(change, p .. ':mt', order.ticket)
      redis.call('EXPIRE', p .. ':mt', MUTED_S)
    end
    return 1
  end)

  -- ARGV: a person, a ticket. Answers 1 when one of them wants no messages.
  local function muted_messages(keys, args)
    return (is_in(keys[1] .. ':mo', args[1]) or is_in(keys[1] .. ':mt', args[2])) and 1 or 0
  end
  redis.register_function { function_name = 'gw_muted_messages', callback = muted_messages, flags = { 'no-writes' } }

  -- {at, name, lease_ms}: answers {position, times in vain, serial} to the one who may tell this outlet now, or nothing.
  redis.register_function('gw_take_outlet', function(keys, args)
    local p, order = keys[1], cmsgpack.unpack(args[1])
    redis.call('HSETNX', p .. ':mc', order.name, redis.call('HGET', p, 'position') or 0)
    local raw = redis.call('HGET', p .. ':mr', order.name)
    local lease = raw and cmsgpack.unpack(raw) or { 0, 0, 0, 0 }
    if lease[1] > order.at or lease[3] > order.at then return {} end
    lease[1], lease[4] = order.at + order.lease_ms, lease[4] + 1
    redis.call('HSET', p .. ':mr', order.name, cmsgpack.pack(lease))
    return { tonumber(redis.call('HGET', p .. ':mc', order.name)), lease[2], lease[4] }
  end)

  -- {at, day, name, serial, to, until_at, vain, due, counts}: the outlet was told up to `to`; the lease lasts until
  -- `until_at`. Answers 1, or 0 when the lease is another's by now.
  redis.register_function('gw_move_outlet', function(keys, args)
    local p, order = keys[1], cmsgpack.unpack(args[1])
    local raw = redis.call('HGET', p .. ':mr', order.name)
    if not raw or cmsgpack.unpack(raw)[4] ~= order.serial then return 0 end
    redis.call('HSET', p .. ':mc', order.name, order.to)
    redis.call('HSET', p .. ':mr', order.name, cmsgpack.pack({ order.until_at, order.vain, order.due, order.serial }))
    for _, state in ipairs(order.counts) do counted(p, order.day, order.name .. '|' .. state) end
    return 1
  end)

  -- Answers, packed, {how many wait, counters, cursors, latest rows}. ARGV[1]: how many rows.
  local function read_messages(keys, args)
    local p, most, rows = keys[1], tonumber(args[1]), {}
    if most > 0 then
      for index, raw in ipairs(redis.call('LRANGE', p .. ':mh', 0, most - 1)) do rows[index] = cmsgpack.unpack(raw) end
    end
    return cmsgpack.pack({
      redis.call('ZCARD', p .. ':mq'), redis.call('HGETALL', p .. ':ms'), redis.call('HGETALL', p .. ':mc'), rows,
    })
  end
  redis.register_function { function_name = 'gw_read_messages', callback = read_messages, flags = { 'no-writes' } }
end
