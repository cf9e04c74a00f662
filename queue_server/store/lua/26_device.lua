-- add_device, remove_device: who may speak for this hall. Tokens are sealed, so the store holds none.
-- Refuses: NO_SUCH_DEVICE. Emits: DeviceChanged.

act('add_device', function(hall, order)
  redis.call('HSET', hall.p .. ':d', order.device,
    cmsgpack.pack({ order.role, order.name, order.window, order.zone, hall.at }))
  emit(hall, 'DeviceChanged', nil, nil, { 'device', order.device, 'role', order.role, 'change', 'added' })
  return { thing = order.device }
end)

act('remove_device', function(hall, order)
  if redis.call('HDEL', hall.p .. ':d', order.device) == 0 then
    return refuse('NO_SUCH_DEVICE', { 'device', order.device })
  end
  emit(hall, 'DeviceChanged', nil, nil, { 'device', order.device, 'change', 'removed' })
  return {}
end)
