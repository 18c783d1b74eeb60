"""Pure rules on structs and enums: no input or output, no clock, no randomness."""
