"""Pages of decisions: for everyone, for boards, for the secretariat."""
