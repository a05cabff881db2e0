"""Limits on processor time, memory and the duration of a call."""
