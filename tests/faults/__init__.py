"""The running city under faults: what was acknowledged stays, once."""
