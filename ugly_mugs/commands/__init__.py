"""What each command does; `__main__` only reads the words it was given."""
