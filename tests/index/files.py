"""Small files of the kinds that people publish reports in, made of their bytes by hand."""

from collections.abc import Sequence
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
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/></w:style>' for n in range(1, 4)
    )
    told = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="H{level}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>' for level, text in paragraphs
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    relation = '<Relationships xmlns="{0}/relationships"><Relationship Id="a" Type="{1}/{2}" Target="{3}"/></Relationships>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": relation.format(package, office, "officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": relation.format(package, office, "styles", "styles.xml"),
        "word/styles.xml": f"<w:styles {word}>{styles}</w:styles>",
        "word/document.xml": f"<w:document {word}><w:body>{told}</w:body></w:document>",
    }
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()
