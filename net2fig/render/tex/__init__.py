"""Scene → TikZ."""
