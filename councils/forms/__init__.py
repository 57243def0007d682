"""What members, delegates and the secretariat type. Errors stand beside the field; nothing typed is lost."""
