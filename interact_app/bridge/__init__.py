"""Between Qt and the core's threads."""
