"""What agents write: answers, notes, questions to third parties, and what leaves of them."""
