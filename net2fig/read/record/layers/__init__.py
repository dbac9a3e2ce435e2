"""Stand-ins for the layers and the models of Keras."""
