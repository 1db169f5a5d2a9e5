"""What a thing is called in both languages; whoever reads is told it in his own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a thing in an edition, such as a category: in Chinese and in English."""

    zh: str
    en: str
