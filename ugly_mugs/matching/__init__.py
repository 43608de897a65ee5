"""Which reports may be about one man: from what they name and how they describe him; pure, asks no database.

    one report ─▶ Described ─▶ keys: where to look for others ─▶ meetings + description ─▶ Verdict, in words

Nothing is compared with everything: only reports that share a key are. Nothing is linked on a description alone.
"""
