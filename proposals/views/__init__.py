"""The pages of proposals: public ones, those of authors, of voices, of the secretariat."""
