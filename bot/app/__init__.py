"""The running bot."""
