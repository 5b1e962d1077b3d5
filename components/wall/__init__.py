"""The expo wall: one HTML file that asks nobody for anything."""
