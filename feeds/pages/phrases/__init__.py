"""What the pages say in words of their own, in Kazakh, Russian and English: one file a page."""
