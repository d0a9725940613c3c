"""What a drawing is and how two are compared: reading, regions, encoder, vector stores, catalog, engine."""
