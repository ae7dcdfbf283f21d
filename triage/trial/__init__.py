"""Rules rehearsed: their tests, and what they would make of mail that came before. Nothing leaves.

What runs here is what runs in the daemon: `pipeline/read.py` and `core/decide.py`.
"""
