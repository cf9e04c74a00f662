-- Lockers (E邮柜). put_in: something to be collected goes into a box. collect: its code was typed. return_parcel: staff took
-- it out again. tell_parcel: its visitor was told of the code, or reminded.
-- Refuse: put_in: CODE_TAKEN, BOX_TAKEN {locker, box}, LOCKER_FULL {locker};
--         collect: TOO_MANY_TRIES {retry_after_s}, NO_SUCH_CODE {tries_left}: the try counts though it is refused;
--         return_parcel: NO_SUCH_PARCEL {parcel}, PARCEL_STATUS {parcel, status}. tell_parcel refuses nothing.
-- Emit: LockerChanged {locker, box, state}: it names the ticket, never the code. Each answers the id, tell_parcel nothing.
--   P:lk   hash    parcel id (E-YYMMDD-N) -> packed parcel; `#` -> how many there were ever
--   P:lkb  hash    LOCKER:BOX -> id of what lies there
--   P:lkc  hash    keyed digest of a code -> id, as long as it lies there
--   P:lkd  zset    id by the moment when its visitor is to be told next
--   P:lkt:ACTOR    packed { since when, how many wrong codes }

do
  local KEEP_ENDED_MS = 2 * 86400000

  local function load(hall, id)
    local raw = id ~= '#' and redis.call('HGET', hall.p .. ':lk', id)
    if not raw then return nil end
    local parcel = unpack_record(raw, PARCEL)
    parcel.id = id
    return parcel
  end

  local function save(hall, parcel)
    redis.call('HSET', hall.p .. ':lk', parcel.id, pack(parcel, PARCEL))
  end

  local function each(hall, visit)
    local flat = redis.call('HGETALL', hall.p .. ':lk')
    for index = 1, #flat, 2 do
      if flat[index] ~= '#' then visit(flat[index], unpack_record(flat[index + 1], PARCEL)) end
    end
  end

  local function box_key(locker, box) return locker .. ':' .. string.format('%d', box) end

  local function tell(hall, parcel)
    emit(hall, 'LockerChanged', { id = parcel.ticket, number = parcel.number, queue = parcel.queue, service = parcel.service },
      nil, { 'locker', parcel.locker, 'box', parcel.box, 'state', parcel.status })
    return { thing = parcel.id }
  end

  local function free_box(hall, order)
    if order.box > 0 then
      if redis.call('HEXISTS', hall.p .. ':lkb', box_key(order.locker, order.box)) == 0 then return order.box end
      return nil, refuse('BOX_TAKEN', { 'locker', order.locker, 'box', order.box })
    end
    for box = 1, order.boxes do
      if redis.call('HEXISTS', hall.p .. ':lkb', box_key(order.locker, box)) == 0 then return box end
    end
    return nil, refuse('LOCKER_FULL', { 'locker', order.locker })
  end

  -- With the turn of the day, and before something else goes in.
  function lockers.purge(hall)
    each(hall, function(id, parcel)
      if parcel.ended_at > 0 and parcel.ended_at < hall.at - KEEP_ENDED_MS then redis.call('HDEL', hall.p .. ':lk', id) end
    end)
  end

  act('put_in', function(hall, order)
    if redis.call('HEXISTS', hall.p .. ':lkc', order.digest) == 1 then return refuse('CODE_TAKEN') end
    local box, refusal = free_box(hall, order)
    if not box then return refusal end
    lockers.purge(hall)
    local parcel = {
      id = 'E-' .. hall.day .. '-' .. redis.call('HINCRBY', hall.p .. ':lk', '#', 1),
      locker = order.locker, box = box, status = 'in', ticket = order.ticket, number = order.number, queue = order.queue,
      service = order.service, contacts = order.contacts, language = order.language, digest = order.digest,
      seed = order.seed, told = 0, put_at = hall.at, until_at = order.until_at, remind_at = order.remind_at,
      ended_at = 0, by = hall.actor,
    }
    save(hall, parcel)
    redis.call('HSET', hall.p .. ':lkb', box_key(parcel.locker, box), parcel.id)
    redis.call('HSET', hall.p .. ':lkc', parcel.digest, parcel.id)
    if #parcel.contacts > 0 then redis.call('ZADD', hall.p .. ':lkd', hall.at, parcel.id) end
    return tell(hall, parcel)
  end)

  -- Whatever leads to its visitor goes with it.
  local function take_out(hall, parcel, status)
    redis.call('HDEL', hall.p .. ':lkb', box_key(parcel.locker, parcel.box))
    redis.call('HDEL', hall.p .. ':lkc', parcel.digest)
    redis.call('ZREM', hall.p .. ':lkd', parcel.id)
    parcel.status, parcel.ended_at, parcel.contacts, parcel.seed, parcel.digest = status, hall.at, {}, '', ''
    save(hall, parcel)
    return tell(hall, parcel)
  end

  act('collect', function(hall, order)
    local key = hall.p .. ':lkt:' .. hall.actor
    local raw = redis.call('GET', key)
    local tries = raw and cmsgpack.unpack(raw)
    if not tries or hall.at >= tries[1] + order.within_ms then tries = { hall.at, 0 } end
    if tries[2] >= order.most then
      return refuse('TOO_MANY_TRIES', { 'retry_after_s', math.ceil((tries[1] + order.within_ms - hall.at) / 1000) })
    end
    local id = redis.call('HGET', hall.p .. ':lkc', order.digest)
    if id then return take_out(hall, load(hall, id), 'collected') end
    redis.call('SET', key, cmsgpack.pack({ tries[1], tries[2] + 1 }), 'PX', 2 * order.within_ms)
    return refuse('NO_SUCH_CODE', { 'tries_left', order.most - tries[2] - 1 })
  end)

  act('return_parcel', function(hall, order)
    local parcel = load(hall, order.parcel)
    if not parcel then return refuse('NO_SUCH_PARCEL', { 'parcel', order.parcel }) end
    if parcel.status ~= 'in' then
      return refuse('PARCEL_STATUS', { 'parcel', parcel.id, 'status', parcel.status })
    end
    return take_out(hall, parcel, 'returned')
  end)

  -- What is told is handed in first, under an id that is its own: so it is said once, whoever dies in between.
  act('tell_parcel', function(hall, order)
    local parcel = load(hall, order.parcel)
    if not parcel or parcel.status ~= 'in' or parcel.told >= order.told then return {} end
    parcel.told = order.told
    save(hall, parcel)
    if parcel.remind_at > hall.at then
      redis.call('ZADD', hall.p .. ':lkd', parcel.remind_at, parcel.id)
    else
      redis.call('ZREM', hall.p .. ':lkd', parcel.id)
    end
    return {}
  end)

  local function reads(name, body)
    redis.register_function { function_name = 'gw_' .. name, flags = { 'no-writes' }, callback = function(keys, args)
      return cmsgpack.pack(body({ p = keys[1] }, args))
    end }
  end

  -- read_parcels: answers { id, its record } of all that lie in boxes, and of those that came out of late.
  reads('read_parcels', function(hall)
    local rows = {}
    each(hall, function(id, parcel) rows[#rows + 1] = { id, listed(parcel, PARCEL) } end)
    return rows
  end)

  -- read_told: ARGV = moment; answers { id, its record } of those whose visitor is to be told something then.
  reads('read_told', function(hall, args)
    local rows = {}
    for index, id in ipairs(redis.call('ZRANGEBYSCORE', hall.p .. ':lkd', '-inf', args[1])) do
      rows[index] = { id, listed(load(hall, id), PARCEL) }
    end
    return rows
  end)
end
