"""Have a language model write an answer in plain words, and keep of it what quotations prove."""
