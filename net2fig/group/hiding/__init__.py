"""What is not drawn of a network, and what is drawn in spite of its kind."""
