"""What happens to a sheet after it was printed: scanned, faxed, photographed, written on, torn."""
