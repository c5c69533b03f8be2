"""Subscribe to alerts: typed, without repeats, across restarts.

    async with Subscription(settings.load(), "tickets") as alerts:
        async for news in alerts:
            if news.alert is not None:
                print(news.key, news.alert.summary)

The body of the loop is the handler: a position is committed once it has come back for the next piece of news, so a
handler that fails, or a process that is killed in it, gets the same alert again. `deploy/examples/tickets.py` is a
whole service. A handler that blocks for more than some seconds belongs in `asyncio.to_thread`: the loop also tells
Kafka that this member lives.
"""

from detector.subscribe.news import News, NotAnAlertError, Seen
from detector.subscribe.subscription import Subscription

__all__ = ["News", "NotAnAlertError", "Seen", "Subscription"]
