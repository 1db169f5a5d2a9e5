# What we use of Flask-Login, which publishes no types.
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request

F = TypeVar("F", bound=Callable[[Request], Any])

class UserMixin:
    id: str
    @property
    def is_authenticated(self) -> bool: ...
    def get_id(self) -> str: ...

class LoginManager:
    session_protection: str | None
    def __init__(self, app: Flask | None = ..., add_context_processor: bool = ...) -> None: ...
    def request_loader(self, callback: F) -> F: ...
