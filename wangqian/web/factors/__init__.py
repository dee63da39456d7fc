"""Second factors: setting them up, logging in and confirming with them, and what to do when they are lost."""
