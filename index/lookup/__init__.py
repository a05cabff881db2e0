"""Finds sessions, people and organisations by what was typed."""
