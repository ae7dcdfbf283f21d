"""`triage demo`: the real daemon on loopback servers, with mail arriving as it does on a desk."""
