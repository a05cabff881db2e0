"""The migrations of the database. alembic runs them when the database is opened."""
