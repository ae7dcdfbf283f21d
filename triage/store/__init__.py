"""What is kept, and the only thing between the stages."""
