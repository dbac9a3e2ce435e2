"""The command `net2fig build`."""
