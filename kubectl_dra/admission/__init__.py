"""What the API server does to a DRA object before it stores one: strict decoding, defaults, dropped fields, validation."""
