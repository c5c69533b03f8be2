"""Prompt text that a producer sends although nobody asked: the decoder never keeps it; here it is counted."""

from typing import Final

import msgspec
from msgspec import Raw

NAMES: Final = (
    "prompt", "prompts", "prompt_text", "system_prompt", "messages", "message", "content", "contents", "completion",
    "completions", "response", "response_text", "input", "output", "input_text", "output_text", "text", "transcript",
)  # fmt: skip
"""Fields that no record has and that hold what people or models wrote, wherever such records come from (OpenAI's and
Anthropic's APIs, OpenTelemetry's GenAI events, gateways' logs)."""
_NOTHING: Final = Raw(b"null")
_Texts = msgspec.defstruct("_Texts", [(name, Raw, _NOTHING) for name in NAMES], gc=False)
_decode: Final = msgspec.json.Decoder(_Texts).decode
_none: Final = _Texts()
EMPTY: Final = frozenset({b"null", b'""', b"[]", b"{}"})


def carries_text(value: bytes) -> bool:
    """Whether an accepted record carries such a field with anything in it. 0.9 us; decoding takes 1.9 (670 bytes).

    >>> carries_text(b'{"prompt": "write my review"}'), carries_text(b'{"prompt": null, "prompt_hash": "x"}')
    (True, False)
    """
    texts = _decode(value)
    return texts != _none and any(bytes(getattr(texts, name)) not in EMPTY for name in NAMES)
