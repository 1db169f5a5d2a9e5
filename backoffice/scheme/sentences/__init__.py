"""Clauses, sources and figures of an edition in the reader's language."""

from backoffice.scheme.sentences.clauses import section_title, sentence
from backoffice.scheme.sentences.figures import fault_sentence, path_words, value_words
from backoffice.scheme.sentences.words import label, labels, source_words, word

__all__ = [
    "fault_sentence",
    "label",
    "labels",
    "path_words",
    "section_title",
    "sentence",
    "source_words",
    "value_words",
    "word",
]
