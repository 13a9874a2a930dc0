"""The parts of tools/plot.py: one module a picture."""
