"""PDF files that firms send in: inspected and drawn by child processes, never by our own."""
