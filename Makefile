.PHONY: test lint types gallery docs site accept

test:
	pytest

lint:
	ruff check .
	ruff format --check .

types:
	mypy

gallery:
	python gallery/build.py

docs:
	python docs/build.py

site:
	mkdocs build --strict

accept:
	pytest --accept tests/test_goldens.py
	python gallery/build.py --accept
	python docs/build.py --accept
