"""Annotations → decisions about copies, stories and threads. Pure; takes `now`."""
