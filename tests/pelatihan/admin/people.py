"""Somebody at a desk with a page open: what it showed stays as it was until it is sent."""

from typing import Any

from django.test import Client

from tests.pelatihan.hostile.forms import forms_of


class Page:
    """One form as the browser holds it. ``having`` is a field by which it is known among those of the page."""

    def __init__(self, client: Client, address: str, having: str) -> None:
        self.client, self.address, self.having = client, address, having
        self.html = client.get(address).content.decode()
        self._read()

    def _read(self) -> None:
        form = next(form for form in forms_of(self.html, self.address) if self.having in form.names)
        self.fields: dict[str, object] = {name: value for name, value in form.sent if not name.startswith("_")}

    def send(self, **changes: object) -> Any:
        """Send it with these changes (None: not ticked); a page that comes back is the next one to be sent."""
        typed = self.fields | changes
        answer = self.client.post(self.address, {name: value for name, value in typed.items() if value is not None})
        if answer.status_code == 200:
            self.html = answer.content.decode()
            self._read()
        return answer

    def told(self) -> str:
        """The messages that the next page shows."""
        return " ".join(str(message) for message in self.client.get(self.address).context["messages"])
