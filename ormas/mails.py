"""Addresses of e-mail, as pages show them that more people may read than their owner."""


def masked(address: str) -> str:
    """``s•••••@contoh.id``: enough to recognise, too little to write to."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••••@{domain}" if domain else ""
