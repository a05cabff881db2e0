"""Posts of forum and media channels: recognise and answer them, mark them as solved, or leave them to people."""
