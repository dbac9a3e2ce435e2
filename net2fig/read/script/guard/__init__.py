"""Keeps what code does inside one folder: stand-ins in Python, an audit hook, and the kernel."""
