"""The figure in the browser, adjusted by hand; the grouping file is what is written."""
