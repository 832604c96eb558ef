"""One file per subcommand: its flags, what it loads, what it reports; no logic."""
