"""An account's life, one file a station."""
