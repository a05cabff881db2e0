"""Index reports, search them and answer questions from them.

The package does not depend on Discord, and importing it loads no model.
"""
