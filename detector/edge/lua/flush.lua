-- Write a checkpoint: profiles, counts and positions together, or nothing.
-- KEYS: lease hash, positions hash, tally hash, cohort hash, profile...
-- ARGV: epoch, owner, ttl (s), topics, {topic, start, end}..., reached, oldest day kept, counts, {name, n}..., the
-- cohort's counts, {name, n}..., bytes of each profile ('' deletes).
-- Everything is checked before the first write: a script is not rolled back.
local lease, positions, tally, cohort = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local held = redis.call('HMGET', lease, 'epoch', 'owner')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then
  return 'fenced'
end

local at = 4
local topics = tonumber(ARGV[at])
local at_start, at_end = true, true
for i = 1, topics do
  local base = at + (i - 1) * 3
  local stored = redis.call('HGET', positions, ARGV[base + 1]) or '-1'
  at_start = at_start and stored == ARGV[base + 2]
  at_end = at_end and stored == ARGV[base + 3]
end
if not at_start then
  return at_end and 'already' or 'mismatch'
end

local reached_at = at + topics * 3 + 1
local reached, oldest = ARGV[reached_at], tonumber(ARGV[reached_at + 1])
local counts_at = reached_at + 2
local counts = tonumber(ARGV[counts_at])
local cohort_at = counts_at + counts * 2 + 1
local people = tonumber(ARGV[cohort_at])
local values_at = cohort_at + people * 2
if #ARGV ~= values_at + #KEYS - 4 then
  return redis.error_reply('ERR a value for each profile')
end

for i = 5, #KEYS do
  local value = ARGV[values_at + i - 4]
  if value == '' then
    redis.call('DEL', KEYS[i])
  else
    redis.call('SET', KEYS[i], value, 'EX', ARGV[3])
  end
end
for i = 1, counts do
  local base = counts_at + (i - 1) * 2
  redis.call('HINCRBY', tally, ARGV[base + 1], ARGV[base + 2])
end
for i = 1, people do
  local base = cohort_at + (i - 1) * 2
  redis.call('HINCRBY', cohort, ARGV[base + 1], ARGV[base + 2])
end
if reached ~= '0' then
  local before = tonumber(redis.call('HGET', cohort, 'at') or '0')
  redis.call('HSET', cohort, 'at', reached)
  if math.floor(before / 86400) ~= math.floor(tonumber(reached) / 86400) then
    -- Once a day. The names begin with their day; "at" has none.
    for _, name in ipairs(redis.call('HKEYS', cohort)) do
      local day = tonumber(string.match(name, '^(%d+)|'))
      if day and day < oldest then
        redis.call('HDEL', cohort, name)
      end
    end
  end
end
if people > 0 or reached ~= '0' then
  redis.call('EXPIRE', cohort, ARGV[3])
end
for i = 1, topics do
  local base = at + (i - 1) * 3
  if ARGV[base + 2] ~= ARGV[base + 3] then
    redis.call('HSET', positions, ARGV[base + 1], ARGV[base + 3])
  end
end
local time = redis.call('TIME')
redis.call('HSET', lease, 'renewed', string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2])))
return 'ok'
