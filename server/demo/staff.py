"""The sample staff of a demo: Vietnamese names, one log-in each, a random password each time."""

import secrets

#: Without letters that are mistaken for one another when read from a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

#: (log-in, full name, role)
STAFF = (
    ("admin", "Quản trị hệ thống", "admin"),
    ("hanh", "Lê Thị Hồng Hạnh", "manager"),
    ("thao", "Phạm Thu Thảo", "greeter"),
    ("lan", "Nguyễn Thị Lan", "clerk"),
    ("minh", "Trần Văn Minh", "clerk"),
    ("huong", "Võ Thị Thu Hương", "clerk"),
    ("khoa", "Đặng Anh Khoa", "clerk"),
    ("ngoc", "Bùi Bảo Ngọc", "clerk"),
    ("phuc", "Huỳnh Gia Phúc", "clerk"),
)


def password() -> str:
    """A random password of three groups, about 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
