"""Tests of `triage/pipeline`."""
