"""Trains what reviewed questions teach."""
