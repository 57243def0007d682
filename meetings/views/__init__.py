"""The pages of meetings: public ones, those of a session, those of its votes."""
