"""Have a language model write above answers that are already sent, and show what is proven of it while it is written."""
