"""Source → Capture: the only room that touches the network, and the reader of files."""
