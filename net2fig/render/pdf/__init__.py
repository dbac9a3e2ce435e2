"""Scenes → PDF, written from the scene itself."""
