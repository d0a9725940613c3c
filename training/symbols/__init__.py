"""What the symbol detector learns from: tiles of made, practice and labelled sheets."""
