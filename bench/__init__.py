"""The figures this project promises, measured: `make bench`, `make bench ONLY=name`, `make bench LIST=1`."""
