"""A synthetic company written apart from the detector and its simulators; nothing is tuned on it."""
