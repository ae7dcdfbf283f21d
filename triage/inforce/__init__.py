"""What is in force: the policy and the model it taught, replaced together or not at all."""
