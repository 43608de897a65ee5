"""Others that send texts durably, each set up as its own documentation recommends."""
