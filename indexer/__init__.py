"""Files in, generation out: walking, parallel reading, cache, resume, publication; and the `nizu` command."""
