"""Propose what a report of a meeting says of it: labels, agenda and who attended."""
