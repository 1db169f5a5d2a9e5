"""The forms of the room «disbursement»: shapes and types, never law."""
