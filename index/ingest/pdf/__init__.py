"""Convert PDFs by their layout: from characters with boxes to paragraphs, tables, headings and notes."""
