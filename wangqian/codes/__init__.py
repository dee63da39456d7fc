"""Official code tables, and the validators of official numbers."""
