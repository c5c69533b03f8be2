"""Every typology told as stories: one that must be heard, and its honest look-alikes that must not."""
