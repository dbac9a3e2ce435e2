"""A callback of Keras that keeps the record of a training and tells faults while it runs."""
