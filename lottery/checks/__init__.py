"""What `python -m lottery.verify` checks, view by view. Standard library only."""
