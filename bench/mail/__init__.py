"""The loads of the figure `emails`: each sends the same mail to everybody, over ten connections to the same sink."""
