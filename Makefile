.PHONY: test lint types gallery accept

test:
	pytest

lint:
	ruff check .
	ruff format --check .

types:
	mypy

gallery:
	python gallery/build.py

accept:
	python gallery/build.py --accept
