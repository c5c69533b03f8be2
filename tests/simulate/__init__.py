"""The synthetic company keeps its promises."""
