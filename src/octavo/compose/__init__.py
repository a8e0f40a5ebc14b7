"""What a person reads: brief, timeline, headline, order of the front page. Pure."""
