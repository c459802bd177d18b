"""Networks in files of several formats, and from other libraries' parameters."""
