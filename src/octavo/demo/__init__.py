"""The demonstration press: invented outlets of an invented country, served over loopback."""
