"""The head of every HTML page: it names its policy, its style and what it shows."""

from __future__ import annotations

HEAD = """\
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="generator" content="net2fig"/>
<meta name="description" content="{description}"/>
<title>{title}</title>
<style>{style}</style>
</head>
"""
"""Wants `policy`, `description`, `title` and `style`."""
