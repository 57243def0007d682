"""Pages that show several apps, and the small ones every site has."""
