"""How the tables came to be, one step per file; run in-process when a store is made or opened."""
