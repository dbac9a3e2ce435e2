"""Values that only data know, and how code runs on with them."""
