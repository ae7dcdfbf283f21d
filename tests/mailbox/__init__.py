"""Tests of `triage/mailbox`."""
