"""The key that tests seal under, and how it is written in a configuration."""

from storage.keys import Keys, written

SECRET = b"\x07" * 32
KEYS = Keys(lambda: [SECRET])
SEALING = written(SECRET)
