"""How well the suggestions of `ugly_mugs.redaction` are: what stays readable of hers, what is hidden of his."""
