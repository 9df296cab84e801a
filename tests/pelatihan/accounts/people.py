"""Accounts with a password that tests know, and trying it."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.factories import UserFactory

PASSWORD = "kuda lumping 17"


def a_user(role: str | None = None, name: str = "rina", **more: object) -> User:
    user = UserFactory(username=name, role=role, **more)
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(client: Client, name: str = "rina", password: str = "salah", **extra: Any):
    return client.post("/masuk/", {"username": name, "password": password, "next": extra.pop("next", "")}, **extra)


def fail(client: Client, times: int, name: str = "rina", **extra: str) -> list[int]:
    return [attempt(client, name, **extra).status_code for _ in range(times)]
