-- Give a lease back. KEYS: lease hash. ARGV: epoch, owner. The epoch stays: the next one is higher.
local held = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
if held[1] == ARGV[1] and held[2] == ARGV[2] then
  redis.call('HSET', KEYS[1], 'owner', '')
end
return 'ok'
