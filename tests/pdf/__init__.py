"""PDF files: the good are read and drawn, the hostile refused."""
