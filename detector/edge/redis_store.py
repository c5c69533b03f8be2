"""The store on Redis 6.2 or later, alone or clustered: all keys of a partition share one hash slot.

{prefix:partition}:lease       epoch, owner, generation, renewed, partitions, world
{prefix:partition}:positions   topic -> next offset
{prefix:partition}:tally       kind:disposition -> records, as of the positions
{prefix:partition}:cohort      day|what|detail|tenant -> how many, of all people together and naming none; and "at", how
                               far the partition's clock has come (Unix seconds); with the profiles' time to live
{prefix:partition}:profile:K   the sealed profile of K (tenant, 0x1F, user), with a time to live
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError

from detector.edge.failures import Misconfigured, Unreachable
from detector.edge.patience import REDIS_AWAY
from detector.edge.security import untrusted
from detector.edge.settings import Settings, without_password
from detector.edge.store import DAY_SECONDS, UNREAD, Flush, Flushed, Grant, Mark, Refusal, Token

LOAD_KEYS = 500
"""Profiles asked for in one MGET: 500 of 6 KB take 5 ms (measured), a step that lets others in between."""
SOCKET_SECONDS = 5.0
"""A command unanswered for this long is tried again on a new connection; every command here can be repeated."""

REFUSED = (AuthenticationError, AuthorizationError, NoPermissionError)
"""Redis is there and will not have this user: waiting does not help."""

Client = Redis | RedisCluster


def connect(settings: Settings) -> Client:
    """A client for the configured address; it connects at its first command."""
    options: dict[str, Any] = {"socket_timeout": SOCKET_SECONDS, "socket_connect_timeout": SOCKET_SECONDS}
    # The address wins in redis-py, so one that has a login of its own keeps it.
    options |= {"username": settings.redis_username, "password": settings.redis_password}
    if settings.redis_url.startswith("rediss://"):
        options |= {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": settings.redis_ca_file}
    if settings.redis_cluster:
        return RedisCluster.from_url(settings.redis_url, **options)
    return Redis.from_url(settings.redis_url, **options)


@contextmanager
def reaching_redis(settings: Settings) -> Iterator[None]:
    """Turn a Redis that is away, or that refuses these settings, into one sentence and its status."""
    where = without_password(settings.redis_url)
    try:
        yield
    except REFUSED as error:
        raise Misconfigured(f"DETECTOR_REDIS_USERNAME and _PASSWORD: {where} refuses them: {error}") from error
    except REDIS_AWAY as error:
        if untrusted(error):
            raise Misconfigured(
                f"DETECTOR_REDIS_CA_FILE: the certificate of {where} is not to be trusted: {error}"
            ) from error
        raise Unreachable(f"Redis at {where}: {error}") from error


class RedisStore:
    """See `store.Store`. `ttl_seconds` is the life of an untouched profile, `grace_seconds` that of an idle holder."""

    def __init__(self, client: Client, prefix: str, *, ttl_seconds: int, grace_seconds: float) -> None:
        self.client: Any = client  # the two clients share their commands, not their types
        self._prefix = prefix
        self._ttl = ttl_seconds
        self._grace_ms = int(grace_seconds * 1000)
        self._acquire = self.client.register_script(_script("acquire"))
        self._flush = self.client.register_script(_script("flush"))
        self._release = self.client.register_script(_script("release"))
        self._erase = self.client.register_script(_script("erase"))

    @classmethod
    def from_settings(cls, settings: Settings) -> "RedisStore":
        return cls(
            connect(settings),
            settings.redis_prefix,
            ttl_seconds=settings.profile_ttl_days * DAY_SECONDS,
            grace_seconds=2 * settings.session_seconds,
        )

    def key(self, partition: int, *parts: str) -> str:
        """A key of this partition, in the partition's hash slot."""
        return ":".join((f"{{{self._prefix}:{partition}}}", *parts))

    async def acquire(self, partition: int, owner: str, generation: int, partitions: int) -> Grant | Refusal:
        reply = await self._acquire(
            keys=[self.key(partition, name) for name in ("lease", "positions", "cohort")],
            args=[owner, generation, self._grace_ms, partitions],
        )
        verdict, *rest = (item.decode() for item in reply)
        if verdict != "granted":
            return Refusal(verdict)
        epoch, world, reached, *flat = rest
        positions = dict(zip(flat[::2], map(int, flat[1::2]), strict=True))
        return Grant(Token(int(epoch), owner), int(world), positions, int(reached))

    async def load(self, partition: int, keys: Sequence[str]) -> list[bytes | None]:
        found: list[bytes | None] = []
        for start in range(0, len(keys), LOAD_KEYS):
            names = [self.key(partition, "profile", key) for key in keys[start : start + LOAD_KEYS]]
            found += await self.client.mget(names)
        return found

    async def flush(self, partition: int, token: Token, flush: Flush) -> Flushed:
        keys = [self.key(partition, name) for name in ("lease", "positions", "tally", "cohort")]
        keys += [self.key(partition, "profile", key) for key in flush.profiles]
        args: list[Any] = [token.epoch, token.owner, self._ttl, len(flush.end)]
        for topic, end in flush.end.items():
            args += [topic, flush.start.get(topic, UNREAD), end]
        args += [flush.reached, flush.oldest]
        for counts in (flush.tally, flush.cohort):
            args.append(len(counts))
            for name, count in counts.items():
                args += [name, count]
        args += [value or b"" for value in flush.profiles.values()]
        return Flushed((await self._flush(keys=keys, args=args)).decode())

    async def release(self, partition: int, token: Token) -> None:
        await self._release(keys=[self.key(partition, "lease")], args=[token.epoch, token.owner])

    async def holder(self, partition: int) -> Token | None:
        epoch, owner = await self.client.hmget(self.key(partition, "lease"), ["epoch", "owner"])
        return Token(int(epoch), owner.decode()) if epoch and owner else None

    async def world(self, partition: int) -> int:
        """The world that this partition's profiles are sealed for; 0 before any worker held it."""
        return int(await self.client.hget(self.key(partition, "lease"), "world") or 0)

    async def erase(self, partition: int, keys: Sequence[str]) -> int:
        names = [self.key(partition, "lease"), *(self.key(partition, "profile", key) for key in keys)]
        return int(await self._erase(keys=names))

    async def tally(self, partitions: int) -> dict[str, int]:
        total: dict[str, int] = {}
        for partition in range(partitions):
            counts = await self.client.hgetall(self.key(partition, "tally"))
            for name, count in counts.items():
                total[name.decode()] = total.get(name.decode(), 0) + int(count)
        return total

    async def marks(self, partitions: int) -> list[Mark]:
        pipe = self.client.pipeline(transaction=False)
        for partition in range(partitions):
            pipe.hgetall(self.key(partition, "positions"))
            pipe.hget(self.key(partition, "cohort"), "at")
        found = await pipe.execute()
        return [
            Mark(int(reached or 0), {topic.decode(): int(at) for topic, at in positions.items()})
            for positions, reached in zip(found[::2], found[1::2], strict=True)
        ]

    async def cohort(self, partition: int) -> dict[str, int]:
        found = await self.client.hgetall(self.key(partition, "cohort"))
        return {name.decode(): int(count) for name, count in found.items() if name != b"at"}

    async def ping(self) -> None:
        await self.client.ping()

    async def evicts(self) -> bool:
        """Whether this Redis throws keys away when it is full: profiles would be lost without a word."""
        try:
            policy = await self.client.config_get("maxmemory-policy")
        except RedisError:  # CONFIG is forbidden on many managed services
            return False
        return str(policy.get("maxmemory-policy", "noeviction")) != "noeviction"

    async def close(self) -> None:
        await self.client.aclose()


def _script(name: str) -> str:
    return resources.files("detector.edge").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
