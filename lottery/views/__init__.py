"""Pages of the lottery: for everyone, for invited people, for officers, clerks and auditors."""
