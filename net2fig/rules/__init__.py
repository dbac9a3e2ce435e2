"""Rules for each operation: shapes, parameters, multiply–adds, receptive field."""
