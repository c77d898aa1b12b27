"""Reports, hiding, blocking. Nothing is deleted: what is hidden says so in its place, and why."""
