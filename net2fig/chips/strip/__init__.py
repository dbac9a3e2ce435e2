"""The strip of a chip before it has a size: its cells, plates and forks."""
