"""How the pages are kept true: their blocks are run, their pictures drawn, their tables made."""
