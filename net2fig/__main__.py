"""`python -m net2fig`."""

from __future__ import annotations

from net2fig.cli import main

if __name__ == "__main__":
    main()
