-- end_promise: staff say that a promise was kept, broken or is withdrawn. reminded: reminders were handed in.
-- Refuse: end_promise: NO_SUCH_PROMISE {promise}, PROMISE_STATUS {promise, status} for one that has ended.
-- Emit: PromiseChanged {promise, kind, to}; PromiseMade {promise, kind, due_at} comes with a finish: 22_serve.lua.
-- end_promise answers the id of the promise, and the row of the sealed contacts by which its visitor was reached.

do
  act('end_promise', function(hall, order)
    local promise = promises.load(hall, order.promise_id)
    if not promise then return refuse('NO_SUCH_PROMISE', { 'promise', order.promise_id }) end
    if promise.ended_at > 0 then
      return refuse('PROMISE_STATUS', { 'promise', promise.id, 'status', promise.status })
    end
    local contacts = contacts_of(hall.p .. ':pc', promise.id)
    promises.finish(hall, promise, order.status, order.note)
    return { thing = promise.id, rows = { contacts } }
  end)

  -- Each reminder goes out once: whoever tells of it later than another finds it gone.
  act('reminded', function(hall, order)
    for _, told in ipairs(order.told) do
      local promise = promises.load(hall, told[1])
      local first = promise and promise.reminders[1]
      if first and first[1] == told[2] then
        table.remove(promise.reminders, 1)
        promises.keep(hall, promise)
      end
    end
    return {}
  end)

  local function reads(name, body)
    redis.register_function { function_name = 'gw_' .. name, flags = { 'no-writes' }, callback = function(keys, args)
      return cmsgpack.pack(body({ p = keys[1] }, args))
    end }
  end

  local function row(promise)
    return { promise.id, listed(promise, PROMISES.record) }
  end

  -- read_promises: ARGV = `open` or `ended`, or the id of one; answers { id, its record } each.
  reads('read_promises', function(hall, args)
    local rows = {}
    if args[1] ~= 'open' and args[1] ~= 'ended' then
      local promise = promises.load(hall, args[1])
      return promise and { row(promise) } or rows
    end
    local flat = redis.call('HGETALL', hall.p .. (args[1] == 'open' and ':pm' or ':pe'))
    for index = 1, #flat, 2 do
      rows[#rows + 1] = { flat[index], listed(unpack_record(flat[index + 1], PROMISES.record), PROMISES.record) }
    end
    return rows
  end)

  -- read_promises_of: ARGV = ticket id, how many stops; answers { id, its record } of those made at one of them.
  reads('read_promises_of', function(hall, args)
    local rows = {}
    for stop = 1, tonumber(args[2]) do
      local promise = promises.at_stop(hall, args[1], stop)
      if promise then rows[#rows + 1] = row(promise) end
    end
    return rows
  end)

  -- read_promises_due: ARGV = moment; answers { how many stand, the hall's own that are overdue then, visitors' }.
  reads('read_promises_due', function(hall, args)
    local p = hall.p
    return {
      redis.call('HLEN', p .. ':pm'), redis.call('ZCOUNT', p .. ':pd', '-inf', args[1]),
      redis.call('ZCOUNT', p .. ':pv', '-inf', args[1]),
    }
  end)

  -- read_reminders: ARGV = moment, at most how many; answers { id, its record, sealed contacts } of those to be reminded.
  reads('read_reminders', function(hall, args)
    local rows = {}
    for index, id in ipairs(redis.call('ZRANGEBYSCORE', hall.p .. ':pr', '-inf', args[1], 'LIMIT', 0, args[2])) do
      local found = row(promises.load(hall, id))
      found[3] = contacts_of(hall.p .. ':pc', id)
      rows[index] = found
    end
    return rows
  end)
end
