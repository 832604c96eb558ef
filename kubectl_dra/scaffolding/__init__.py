"""What is asked for → a claim or template that works, with a pod that uses it, and the proof that it does."""
