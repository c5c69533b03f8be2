-- Erase profiles of one partition. KEYS: lease hash, profile... Replies how many there were.
-- Whoever holds the partition may have them in memory: with a new epoch and no owner nothing of that can be written, and
-- the holder forgets its memory and acquires the partition again.
local lease = KEYS[1]
local erased = 0
for i = 2, #KEYS do
  erased = erased + redis.call('DEL', KEYS[i])
end
if erased > 0 then
  local epoch = tonumber(redis.call('HGET', lease, 'epoch') or '0')
  local time = redis.call('TIME')
  -- See acquire.lua: never lower than the clock.
  epoch = math.max(epoch + 1, tonumber(time[1]) * 1000000 + tonumber(time[2]))
  redis.call('HSET', lease, 'epoch', string.format('%.0f', epoch), 'owner', '')
end
return erased
