-- add_device, remove_device: who may speak for this hall. Tokens are sealed, so the store holds none.
-- report, silence: how devices are. call_help, answer_help: a visitor asks for a person (一键通).
-- Refuse: remove_device, report: NO_SUCH_DEVICE; answer_help: NO_SUCH_HELP.
-- Emit: DeviceChanged {change: added, removed, health, silent, back, doubled}; HelpCalled, HelpAnswered.

local DOUBLED_MS = 60000

act('add_device', function(hall, order)
  redis.call('HSET', hall.p .. ':d', order.device,
    cmsgpack.pack({ order.role, order.name, order.window, order.zone, hall.at }))
  emit(hall, 'DeviceChanged', nil, nil, { 'device', order.device, 'name', order.name, 'role', order.role, 'change', 'added' })
  return { thing = order.device }
end)

act('remove_device', function(hall, order)
  if redis.call('HDEL', hall.p .. ':d', order.device) == 0 then
    return refuse('NO_SUCH_DEVICE', { 'device', order.device })
  end
  redis.call('HDEL', hall.p .. ':h', order.device)
  emit(hall, 'DeviceChanged', nil, nil, { 'device', order.device, 'change', 'removed' })
  return {}
end)

-- Packed as: moment, ok, code, details, silent, installation, the other installation and its moment.
local function report_of(hall, device)
  local raw = redis.call('HGET', hall.p .. ':h', device)
  return raw and cmsgpack.unpack(raw) or { 0, -1, '', '', 0, '', '', 0 }
end

local function keep_report(hall, device, report)
  redis.call('HSET', hall.p .. ':h', device, cmsgpack.pack(report))
end

local function tell_device(hall, device, name, report, change)
  emit(hall, 'DeviceChanged', nil, nil,
    { 'device', device, 'name', name, 'change', change, 'ok', report[2], 'code', report[3] })
end

act('report', function(hall, order)
  if redis.call('HEXISTS', hall.p .. ':d', order.device) == 0 then
    return refuse('NO_SUCH_DEVICE', { 'device', order.device })
  end
  local before = report_of(hall, order.device)
  local other, other_at = before[7], before[8]
  if before[6] ~= '' and before[6] ~= order.installation then other, other_at = before[6], before[1] end
  local doubled = other ~= '' and other ~= order.installation and hall.at - other_at < DOUBLED_MS
  if not doubled then other, other_at = '', 0 end
  local report = { hall.at, order.ok, order.code, order.details, 0, order.installation, other, other_at }
  keep_report(hall, order.device, report)
  if doubled and before[7] == '' then tell_device(hall, order.device, order.name, report, 'doubled') end
  if before[5] == 1 then
    tell_device(hall, order.device, order.name, report, 'back')
  elseif before[2] ~= order.ok or before[3] ~= order.code then
    tell_device(hall, order.device, order.name, report, 'health')
  end
  return { rows = { { doubled and 1 or 0, redis.call('HGET', hall.p, 'epoch') or '' } } }
end)

act('silence', function(hall, order)
  local report = report_of(hall, order.device)
  if report[1] == 0 or report[5] == 1 or hall.at - report[1] < order.after_ms then return {} end
  report[5] = 1
  keep_report(hall, order.device, report)
  tell_device(hall, order.device, order.name, report, 'silent')
  return {}
end)

-- Packed as: device, name, zone, moment of the call, moment of the answer, by whom.
act('call_help', function(hall, order)
  local open = redis.call('HGET', hall.p .. ':a', '=' .. order.device)
  if open then return { thing = open } end
  local id = hall.day .. '-' .. redis.call('HINCRBY', hall.p .. ':a', '#', 1)
  redis.call('HSET', hall.p .. ':a', id,
    cmsgpack.pack({ order.device, order.name, order.zone, hall.at, 0, '' }))
  redis.call('HSET', hall.p .. ':a', '=' .. order.device, id)
  emit(hall, 'HelpCalled', nil, nil,
    { 'help', id, 'device', order.device, 'name', order.name, 'zone', order.zone })
  return { thing = id }
end)

act('answer_help', function(hall, order)
  local raw = redis.call('HGET', hall.p .. ':a', order.help)
  if not raw or not string.match(order.help, '^%d') then return refuse('NO_SUCH_HELP', { 'help', order.help }) end
  local help = cmsgpack.unpack(raw)
  if help[5] == 0 then
    help[5], help[6] = hall.at, hall.actor
    redis.call('HSET', hall.p .. ':a', order.help, cmsgpack.pack(help))
    redis.call('HDEL', hall.p .. ':a', '=' .. help[1])
    emit(hall, 'HelpAnswered', nil, nil, { 'help', order.help, 'device', help[1], 'name', help[2], 'zone', help[3] })
  end
  return { thing = order.help }
end)
