"""The people of the committee, each signed in at a browser of the tests."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import given
from tests.given.web import signed_in


@pytest.fixture
def reviewer(app: Flask) -> FlaskClient:
    """The first reviewer of the panel."""
    return signed_in(app, given.REVIEWER)


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    """The officer who prepares."""
    return signed_in(app, given.OFFICER)


@pytest.fixture
def convenor(app: Flask) -> FlaskClient:
    """The convenor, who ends scoring and decides."""
    return signed_in(app, given.CONVENOR)
