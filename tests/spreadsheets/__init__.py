"""Reading hostile and friendly workbooks, writing inert ones."""
