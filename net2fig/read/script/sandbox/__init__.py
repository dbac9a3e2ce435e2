"""Replacements for what a script must not do while its model is built."""
