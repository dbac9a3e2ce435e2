"""Keras models: configurations, files, and models in memory."""
