"""The data that ship with net2fig: grammar, templates, schemas."""
