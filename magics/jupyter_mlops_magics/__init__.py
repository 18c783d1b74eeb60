"""IPython magics, one file per noun: parse, call one service, return one object."""
