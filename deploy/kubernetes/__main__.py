"""Write the rules as the operator reads them; the result is checked in, and a test compares."""

from deploy.kubernetes.rules import TARGET, text

TARGET.write_text(text(), encoding="utf-8")
