"""The stack on this machine: the emulator, and a stage deployed into it."""
