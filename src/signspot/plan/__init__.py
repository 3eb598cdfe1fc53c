"""From a configuration to what every job of the workflow reads, writes and asks for."""
