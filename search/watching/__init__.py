"""“Tell me when somebody comes”: what people without a match asked Palmar to watch for."""
