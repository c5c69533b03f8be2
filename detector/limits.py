"""How much is remembered of a person: every bound of a profile, with its reason. State stays within 4 KiB for most."""

MAX_SESSIONS = 6
"""Sessions remembered whole, least recently used out: as many as a person has open at a time."""
MAX_GONE = 36
MAX_GONE_AUTOMATED = 400
GONE_DAYS = 8
"""Forgotten sessions whose late outcomes still find their work, of a person's own and of automation, and for how long:
work is thrown away three to seven days later, a busy person opens ten sessions a day, and what runs at night seventy.
With 16 of them a third of what was discarded found nothing, with 36 nearly all of what a night of seventy made."""
MAX_LINES = 3
"""Lines of work remembered, of a person's own and of automation each: people use few agents on few projects at a time,
and what runs by itself now and then must not be forgotten because its person is busy."""
AWAY_SECONDS = 7_200.0
"""A person who did nothing for two hours is away: longer than most meetings and lunches."""
FULL_DAY_HOURS = 20
"""Hours with calls from which a line's day has no night in it; people's busiest days span 16."""
MAX_PROMPTS = 12
"""Recent typed prompts remembered, against asking again: some sessions of a person's own prompts."""
MAX_PLACES = 16
"""Projects, and agents, remembered: whoever has more has as good as none that is used once."""
MAX_IDS = 116
"""Recent record ids remembered, against redelivery, and for outcomes that name a call and no session: with asks and
responses as many as leave a typical profile within its 4 KiB."""
ID_BYTES = 4
ORDINAL_BYTES = 1
"""Bytes of each, and of its session's ordinal: 116 calls are of fewer than 256 sessions."""
MAX_RESPONSES = 9
"""Recent provider response ids remembered: the same answer counted twice has the same one."""
MAX_DAYS = 28
"""Closed active days whose spend is remembered: four weeks hold every weekday four times."""
MAX_WINDOWS = 6
"""Closed weeks, and months, whose burn is remembered: published practice asks for three to six."""
MAX_STRANDS = 6
"""Strands remembered: a person who has more things asked again and again asks none of them often."""
MAX_ASKS = 13
"""Things asked lately that are remembered: a thing asked four times within a dozen others is asked again."""
FLAT_RUN = 3
"""Answers in a row as long as the one before that make what is asked a strand: 7 % of what people ask again does so."""
RING = 8
"""Recent targets kept a strand: work that walks over files comes back to a few."""

LINE_SPAN = 32
"""Memory of a strand's statistics, in calls: 20 calls show a loop, one odd call does not."""
SIZES_SPAN = 12
"""Memory of session sizes, in sessions: as many as are remembered themselves."""
MODELS_SPAN = 128
"""Memory of the models that a strand went to, in calls: an evaluation asks each model some dozen questions in a row."""
NOW_SPAN = 24
USUAL_SPAN = 400
"""Memory of how a person works just now, and usually, in calls: half an hour of agentic work, and some days of it."""
USER_SPAN = 50
"""The same for a person: domain practice asks 50 prompts before a share of duplicates means anything."""

MAX_FIRING = 4
"""Alerts open at once about one person, each remembered whole: whoever looks at four sees the fifth."""
MAX_ALERTS = 12
"""Alerts remembered, open and ended ones, so that the same workload within the week is the same alert."""
