"""What people write down: settings, rules and prompts, read into frozen values."""
