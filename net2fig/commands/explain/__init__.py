"""The command `net2fig explain`."""
