// Nothing is called from here: see parts.c.
