"""The pages for people, in Kazakh, Russian and English: one file a page, which reads what it shows and renders it."""
