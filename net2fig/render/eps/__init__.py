"""Scenes as encapsulated PostScript, for journals and programs that take no PDF."""
