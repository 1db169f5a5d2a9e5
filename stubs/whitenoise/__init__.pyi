from collections.abc import Callable
from typing import Any
from wsgiref.headers import Headers

class WhiteNoise:
    def __init__(
        self,
        application: Callable[..., Any],
        root: str | None = ...,
        prefix: str | None = ...,
        *,
        max_age: int | None = ...,
        allow_all_origins: bool = ...,
        add_headers_function: Callable[[Headers, str, str], None] | None = ...,
    ) -> None: ...
    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any: ...
