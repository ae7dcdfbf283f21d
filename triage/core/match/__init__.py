"""The questions that a rule's `when` can ask, each a frozen value that answers with evidence."""
