"""The command `net2fig init`."""
