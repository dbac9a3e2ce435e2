"""The formats of tables whose text the document sets: LaTeX, HTML, Markdown."""
