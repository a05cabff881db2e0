"""Small files of the kinds that people publish reports in, made of their bytes by hand."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZipFile

# Glyph numbers are UTF-16 code units, and mean just these.
TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"""


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF of pages of lines; a page without a line is a picture as far as text goes."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.encode(),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 1000 /CIDSystemInfo << /Registry (A) /Ordering (I) "
        b"/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /F /Flags 4 >> >>",
        stream(TO_UNICODE),
    ]
    for n, lines in enumerate(pages):
        content = "".join(
            f"BT /F 12 Tf 1 0 0 1 50 {780 - 20 * at} Tm <{line.encode('utf-16-be').hex()}> Tj ET\n"
            for at, line in enumerate(lines)
        )
        resources = "<< /Font << /F 3 0 R >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {7 + 2 * n} 0 R >>"
        objects.append(page.encode())
        objects.append(stream(content.encode()))
    objects.append(f"<< /Title <{(chr(0xFEFF) + title).encode('utf-16-be').hex()}> >>".encode())
    body, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, size - 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def docx(paragraphs: Sequence[tuple[int, str]]) -> bytes:
    """A Word document of paragraphs, each with its level as a heading, 0 for text."""
    styles = "".join(word_style(f"H{n}", f"heading {n}") for n in range(1, 4))
    return word("".join(word_paragraph(text, f"H{level}") for level, text in paragraphs), styles)


def word_style(style: str, name: str, properties: str = "") -> str:
    """A paragraph style by its id, its name, and what else it says."""
    return f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="{name}"/>{properties}</w:style>'


def word_paragraph(text: str, style: str = "", properties: str = "", run: str = "") -> str:
    """A paragraph of one run; `run` are the properties of the run."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of cells, each a paragraph or several of XML."""
    cells = (
        "".join(f"<w:tc>{cell if cell.startswith('<') else word_paragraph(cell)}</w:tc>" for cell in row) for row in rows
    )
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def word(body: str, styles: str = "", numbering: str = "", notes: str = "", title: str = "") -> bytes:
    """A Word document of the XML of its body, styles, lists and footnotes, and the title in its properties."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    relation = '<Relationships xmlns="{0}/relationships"><Relationship Id="a" Type="{1}/{2}" Target="{3}"/></Relationships>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    core = f'xmlns:c="{package}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": relation.format(package, office, "officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": relation.format(package, office, "styles", "styles.xml"),
        "word/styles.xml": f"<w:styles {namespace}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {namespace}>{numbering}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {namespace}>{notes}</w:footnotes>",
        "docProps/core.xml": f"<c:coreProperties {core}><dc:title>{title}</dc:title></c:coreProperties>",
        "word/document.xml": f"<w:document {namespace}><w:body>{body}</w:body></w:document>",
    }
    return archive_of(files)


def odt(body: str, styles: str = "", title: str = "") -> bytes:
    """An OpenDocument text of the XML of its body and its automatic styles, and the title in its properties."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns:"
    names = ("text", "table", "style", "office", "meta")
    spaces = " ".join(f'xmlns:{name}="{oasis}{name}:1.0"' for name in names)
    spaces += f' xmlns:fo="{oasis}xsl-fo-compatible:1.0" xmlns:draw="{oasis}drawing:1.0"'
    spaces += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return archive_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {spaces}><office:meta><dc:title>{title}</dc:title></office:meta>"
            "</office:document-meta>",
        }
    )


def archive_of(files: Mapping[str, str]) -> bytes:
    """A ZIP archive of text files by their names."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()
