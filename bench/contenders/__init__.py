"""Four ways to bring the same workbook into SQLite. Each is a program of its own: workbook and folder in, seconds out."""
