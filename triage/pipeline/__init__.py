"""The four stages of a message's way, with only the store between them."""

from __future__ import annotations

import logging

# What reads bounces logs a traceback, at ERROR, for each odd mail that one of its readers refuses.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
