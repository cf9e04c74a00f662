-- put_code, try_code: one-time codes. Only keyed digests are kept, and these for as long as a code lives.
-- Keys: P:o:ABOUT   packed {digest, until when it lives, tries left}
--       P:ol:NAME   packed {began, count}: how many codes went out since that moment
-- put_code refuses: TOO_MANY with `retry_after_s`. Answers the row {moment of the order}.
-- try_code refuses: CODE_EXPIRED for a code that is used, too old, mistyped too often or was never sent, all alike;
--                   WRONG_CODE with `tries_left`: the try counts though it is refused. Answers the row {moment}.
-- stamp: the row {moment of a request's first coming}, so that a repeated one can be answered alike.
-- None of them emits.

local KEPT = 2 -- the store's own clock only clears away, later than ours would

local function window_of(hall, name, length_ms)
  local raw = redis.call('GET', hall.p .. ':ol:' .. name)
  local window = raw and cmsgpack.unpack(raw)
  if not window or hall.at >= window[1] + length_ms then return { hall.at, 0 } end
  return window
end

local function too_many(hall, windows)
  local wait_ms = 0
  for _, limit in ipairs(windows) do
    local window = window_of(hall, limit[1], limit[3])
    if window[2] >= limit[2] then wait_ms = math.max(wait_ms, window[1] + limit[3] - hall.at) end
  end
  if wait_ms > 0 then return refuse('TOO_MANY', { 'retry_after_s', math.ceil(wait_ms / 1000) }) end
end

local function count_in_windows(hall, windows)
  for _, limit in ipairs(windows) do
    local window = window_of(hall, limit[1], limit[3])
    redis.call('SET', hall.p .. ':ol:' .. limit[1], cmsgpack.pack({ window[1], window[2] + 1 }), 'PX', KEPT * limit[3])
  end
end

act('put_code', function(hall, order)
  local refusal = too_many(hall, order.windows)
  if refusal then return refusal end
  count_in_windows(hall, order.windows)
  redis.call('SET', hall.p .. ':o:' .. order.about, cmsgpack.pack({ order.digest, hall.at + order.life_ms, false }),
    'PX', KEPT * order.life_ms)
  return { rows = { { hall.at } } }
end)

act('try_code', function(hall, order)
  local key = hall.p .. ':o:' .. order.about
  local raw = redis.call('GET', key)
  local code = raw and cmsgpack.unpack(raw)
  if not code or hall.at >= code[2] then return refuse('CODE_EXPIRED') end
  local left = (code[3] or order.tries) - 1
  if code[1] == order.digest then
    redis.call('DEL', key)
    return { rows = { { hall.at } } }
  end
  if left <= 0 then
    redis.call('DEL', key)
    return refuse('CODE_EXPIRED')
  end
  redis.call('SET', key, cmsgpack.pack({ code[1], code[2], left }), 'KEEPTTL')
  return refuse('WRONG_CODE', { 'tries_left', left })
end)

act('stamp', function(hall) return { rows = { { hall.at } } } end)
