"""The history of the tables, in order, as alembic runs it when the database is opened."""
