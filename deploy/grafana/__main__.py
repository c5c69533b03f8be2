"""Write the dashboards; the result is checked in, and a test compares."""

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import FOLDER, text

for board in BOARDS:
    (FOLDER / f"{board.uid}.json").write_text(text(board), encoding="utf-8")
