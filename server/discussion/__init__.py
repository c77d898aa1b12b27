"""Comments from every door in one thread, and debates. Other rooms register what else may be talked about."""
