"""The inside of recurrent and attention layers: topologies as data, drawn, written, evaluated."""
