"""Finds fonts and measures text."""
