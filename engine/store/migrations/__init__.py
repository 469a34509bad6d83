"""Alembic's steps from an empty database to the tables of `engine.store`; run by `engine.store.migrate`."""
