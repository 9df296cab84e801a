"""Measurements that anybody can run: ``python -m bench``. Nothing here asserts; figures stand beside their aims."""
