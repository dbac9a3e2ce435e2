.PHONY: test lint types gallery docs site bench accept

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

bench:
	python benchmarks/run.py

accept:
	pytest --accept tests/test_goldens.py
	python gallery/build.py --accept
	python docs/build.py --accept
