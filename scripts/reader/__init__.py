"""Makes `search/data/reader/`: what `search/understanding` has learned from the bank of phrasings."""
