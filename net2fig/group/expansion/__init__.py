"""Whether an outline is the network that it stands for: the law L11."""
