"""What members see, as Discord's components. Pure."""
