"""What a module of PyTorch is called with: as stated, guessed, or mended by an error."""
