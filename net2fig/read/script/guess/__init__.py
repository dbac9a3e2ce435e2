"""Finds values for what code leaves open: arguments without a default, and shapes of inputs."""
