"""Article → Annotation: what a machine reads out of an article. Pure."""
