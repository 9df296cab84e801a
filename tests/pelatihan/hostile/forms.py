"""Reads from a page what it asks for: its forms with their fields, and its links with their parameters."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

PLAUSIBLE = {
    "date": "2019-03-12", "number": "3", "email": "contoh@contoh.id", "tel": "0812-3456-7890", "text": "Contoh",
    "password": "kata sandi yang panjang", "search": "Contoh", "textarea": "Contoh",
}  # fmt: skip
BY_NAME = {"phone": "0812-3456-7890", "begins": "10.00", "ends": "10.45", "year": "2019", "employee_number": "1" * 18}


@dataclass
class Form:
    """Where it goes and what the browser would send, required fields filled in; ``names`` are all its fields."""

    method: str
    address: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[object, ...]:
        return self.method, urlsplit(self.address).path, *sorted(self.names)


class Reader(HTMLParser):
    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[Form]()
        self._form: Form | None = None
        self._select: tuple[str, bool, list[tuple[str, bool]]] | None = None
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            target = urljoin(self.address, given.get("action", "") or self.address)
            self._form = Form(given.get("method", "get").upper(), target)
            self.forms.append(self._form)
        elif tag == "a" and "?" in given.get("href", ""):
            self._link(urljoin(self.address, given["href"]))
        elif tag == "option" and self._select:
            self._select[2].append((given.get("value", ""), "selected" in given))
        elif self._form is not None and given.get("name") and "__prefix__" not in given["name"]:
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select and self._form is not None:
            name, is_required, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen and value]
            filled = [value for value, _ in options if value]
            self._form.sent.append((name, next(iter(chosen or (filled if is_required else [])), "")))
            self._select = None
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None and data.strip():
            self._form.sent = [(n, v) for n, v in self._form.sent if n != self._area] + [(self._area, data.strip())]

    def _link(self, address: str) -> None:
        there, here = urlsplit(address), urlsplit(self.address)
        if there.netloc == here.netloc:
            sent = parse_qsl(there.query, keep_blank_values=True)
            self.forms.append(Form("GET", there._replace(query="").geturl(), sent, {name for name, _ in sent}))

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name, kind = self._form, given["name"], given.get("type", "text")
        assert form is not None
        is_known = name in form.names
        form.names.add(name)
        if tag == "select":
            self._select = (name, "required" in given, [])
        elif tag == "textarea":
            self._area = name
            form.sent.append((name, "Contoh" if "required" in given else ""))
        elif tag == "button" or kind in ("submit", "button"):
            if not is_known and not any(n in form.names for n in ("_save", "_continue") if n != name):
                form.sent.append((name, given.get("value", "")))
        elif kind in ("checkbox", "radio"):
            if "checked" in given or ("required" in given and not is_known):
                form.sent.append((name, given.get("value", "on")))
        else:
            form.sent.append((name, given.get("value", "") or filled(name, kind, given)))


def filled(name: str, kind: str, given: dict[str, str]) -> str:
    if "required" not in given:
        return ""
    last = re.split(r"-\d+-", name)[-1]
    return next((value for end, value in BY_NAME.items() if last.endswith(end)), PLAUSIBLE.get(kind, "Contoh"))


def forms_of(page: str, address: str) -> list[Form]:
    """Each kind of form once, and each kind of link as the form that it might have come from."""
    found = {form.key: form for form in Reader(page, f"http://testserver{address}").forms}
    return [form for form in found.values() if urlsplit(form.address).netloc == "testserver" and form.names]
