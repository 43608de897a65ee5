"""How the word lists and the two small models of `ugly_mugs.redaction` are made."""
