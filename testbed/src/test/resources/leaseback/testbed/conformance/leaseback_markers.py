"""Writes each test's markers into the report, so that results can be counted by area."""


def pytest_collection_modifyitems(items):
    for item in items:
        item.user_properties.append(("markers", " ".join(sorted({mark.name for mark in item.iter_markers()}))))
