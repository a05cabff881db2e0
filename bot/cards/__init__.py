"""Build the cards that members see from Discord components. Pure functions, without I/O."""
