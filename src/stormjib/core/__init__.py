"""The pure core: no I/O, no clock, no randomness. The files are the data path of an incident."""
