"""What the encoder learns from: pairs of drawings, their regions, and which of these show the same."""
