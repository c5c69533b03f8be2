"""Write the golden alerts anew, from the checkout's root: `python -m tests.stories`; then read the difference."""

from tests.stories.test_stories import GOLDEN, golden

for name in GOLDEN:
    path, text = golden(name)
    path.write_text(text)
    print(path)  # noqa: T201 a command's answer
