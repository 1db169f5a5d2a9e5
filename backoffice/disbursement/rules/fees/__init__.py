"""繳費: fees as a book of their own, never mixed with grant money (domain §3.8). Pure."""
