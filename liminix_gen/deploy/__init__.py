"""Systems on running boards: what is there, a new one beside it, and the way over."""
