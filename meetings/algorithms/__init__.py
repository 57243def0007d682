"""What meetings compute without Django: the order of speakers, calendars, links to video rooms."""
