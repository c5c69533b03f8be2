"""The detection benchmark: worlds whose truth is known, played through the judgement, and what came of it, counted.

    truth.py      what a world says of its people and their gaming
    played.py     what one run leaves behind: people, alerts, peaks of evidence, daily scores of the baselines
    play.py       one world through the judgement, in process
    baselines.py  today's tools, on the same events
    score.py      alerts against truth: recall, false alerts, delays
    report.py     the same as tables

No labelled data of gaming is public: every figure rests on simulated people, so a second world written with other
assumptions (`otherworld`) is played beside the first, and the seeds that report are not those that tuned.
"""
