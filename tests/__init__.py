"""The tests: stories told to real servers, laws over seeded streams."""
