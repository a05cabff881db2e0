"""Logs, metrics, health checks and the web server."""
