"""The offline reading of a place text: words, names, slips, ZIPs, coordinates, addresses."""
