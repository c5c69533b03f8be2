"""The judgement without Kafka or Redis: recorded lines in, alerts out, the same as a worker's."""
