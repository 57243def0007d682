"""The demo city: invented people whose margins come from published statistics, played through the real services."""
