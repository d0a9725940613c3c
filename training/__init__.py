"""The drawing maker (parts, views, sheets, degradations) and the training of the encoder."""
