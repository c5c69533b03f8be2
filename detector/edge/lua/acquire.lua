-- Take a partition's lease. KEYS: lease hash, positions hash, cohort hash. ARGV: owner, generation, grace (ms), partitions.
-- Replies {'granted', epoch, world, reached, topic, offset, ...} or {'held'} or {'partitions'}.
local lease, positions = KEYS[1], KEYS[2]
local owner, generation, grace, partitions = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])

local held = redis.call('HMGET', lease, 'epoch', 'owner', 'generation', 'renewed', 'partitions', 'world')
local epoch, holder = tonumber(held[1] or '0'), held[2] or ''
local world = held[6]

if held[5] and held[5] ~= partitions then
  return {'partitions'}
end
-- A late acquire of an older generation must not push out the owner of a newer one while that one is alive.
-- Generations start again when a group is deleted: a holder that has not renewed for the grace time gives way.
if holder ~= '' and holder ~= owner and generation < tonumber(held[3] or '0') then
  if micros - tonumber(held[4] or '0') < grace * 1000 then
    return {'held'}
  end
end

if not (holder == owner and tonumber(held[3] or '-1') == generation) then
  -- Never lower than the clock: an epoch handed out before Redis lost its last seconds can't be handed out again.
  epoch = math.max(epoch + 1, micros)
end
world = world or string.format('%.0f', micros)
redis.call('HSET', lease, 'epoch', string.format('%.0f', epoch), 'owner', owner, 'generation', ARGV[2],
  'renewed', string.format('%.0f', micros), 'partitions', partitions, 'world', world)

local reply = {'granted', string.format('%.0f', epoch), world, redis.call('HGET', KEYS[3], 'at') or '0'}
for _, item in ipairs(redis.call('HGETALL', positions)) do
  reply[#reply + 1] = item
end
return reply
