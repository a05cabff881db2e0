"""Small files of the kinds that people publish reports in, made of their bytes by hand."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import md5
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile

# Glyph numbers are UTF-16 code units, and mean just these.
RANGES = b" ".join(b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256))
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <0000> <FFFF> "
    b"endcodespacerange 256 beginbfrange %s endbfrange endcmap end end" % RANGES
)
WIDTH, HEIGHT = 595, 842
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


class Text(NamedTuple):
    """A text at a place: points from the left edge, and of its baseline from the upper edge.

    :param turn: Degrees counter-clockwise.
    :param spacing: Points between characters.
    """

    text: str
    x: float
    y: float
    size: float = 10
    bold: bool = False
    turn: int = 0
    spacing: float = 0


class Box(NamedTuple):
    """A frame of thin rules: its left and upper edge, width and height in points."""

    x: float
    y: float
    width: float
    height: float


def text_width(text: str, size: float = 10) -> float:
    """The width that `pdf` gives a text: an em for a wide character, half of one for others, 0.3 for a space."""
    return size * sum(0.3 if c == " " else 0.5 if ord(c) < 0x2E80 else 1 for c in text)


def paragraph(
    text: str, x: float, y: float, width: float, size: float = 10, leading: float = 14, indent: float = 0
) -> list[Text]:
    """A text with its lines broken at spaces, or anywhere in ideographs, as typesetting does."""
    lines: list[Text] = []
    line, left = "", x + indent
    for word in re.findall(r"[^ \u2e80-\uffff]+ ?|[\u2e80-\uffff]", text):
        if line and text_width((line + word).rstrip(), size) > width - (left - x):
            lines.append(Text(line.rstrip(), left, y, size))
            line, left, y = "", x, y + leading
        line += word
    return [*lines, Text(line.rstrip(), left, y, size)]


def pdf(
    pages: Sequence[Sequence[str | Text | Box]],
    title: str = "",
    outline: Sequence[tuple[str, int]] = (),
    box: tuple[int, int, int, int] = (0, 0, WIDTH, HEIGHT),
    rotate: int = 0,
    unicode: bool = True,
    password: str | None = None,
) -> bytes:
    """A PDF of pages of lines or texts at places; a page without one is a picture as far as text goes.

    :param outline: Bookmarks, each a title and a page number from 1.
    :param box: The part of the page that is shown; places count from its upper left corner.
    :param unicode: Whether the file says which characters the glyphs are.
    :param password: Password to open the file; an empty one encrypts it too.
    """
    fonts, first = 6, 6 + 2
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R]"
            f"{' /ToUnicode 5 0 R' if unicode else ''} >>".encode()
            for name, descendant in (("F", fonts), ("F-Bold", fonts + 1))
        ),
        stream(TO_UNICODE),
        *(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW 1000 /W [0 31 500 32 32 300 33 11903 500] "
            "/CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor "
            f"/FontName /{name} /Flags 4 /Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] >> >>".encode()
            for name in ("F", "F-Bold")
        ),
    ]
    for n, lines in enumerate(pages):
        texts = [Text(line, 50, 62 + 20 * at, 12) if isinstance(line, str) else line for at, line in enumerate(lines)]
        content = "".join(map(partial(shown, box=box), texts))
        resources = "<< /Font << /F 3 0 R /B 4 0 R >> >>"
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {max(WIDTH, box[2])} {max(HEIGHT, box[3])}] /Rotate {rotate} "
            f"/CropBox [{' '.join(map(str, box))}] /Resources {resources} /Contents {first + 2 * n + 1} 0 R >>"
        )
        objects.append(page.encode())
        objects.append(stream(content.encode()))
    root = len(objects) + 1
    for n, (name, page_number) in enumerate(outline, 1):
        links = [f"/Next {root + n + 1} 0 R"] * (n < len(outline)) + [f"/Prev {root + n - 1} 0 R"] * (n > 1)
        to = f"/Dest [{first + 2 * page_number - 2} 0 R /Fit] {' '.join(links)}"
        item = f"<< /Title <{utf16(name)}> /Parent {root} 0 R {to} >>"
        objects += [b""] * (n == 1)
        objects.append(item.encode())
    if outline:
        objects[root - 1] = f"<< /First {root + 1} 0 R /Last {root + len(outline)} 0 R /Count {len(outline)} >>".encode()
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {f'/Outlines {root} 0 R' if outline else ''} >>".encode()
    objects.append(f"<< /Title <{utf16(title)}> >>".encode())
    return assemble(objects, password)


def shown(text: Text | Box, box: tuple[int, int, int, int]) -> str:
    if isinstance(text, Box):
        return f"{box[0] + text.x:g} {box[3] - text.y - text.height:g} {text.width:g} {text.height:g} re S\n"
    cos, sin = round(math.cos(math.radians(text.turn)), 4), round(math.sin(math.radians(text.turn)), 4)
    place = f"{cos:g} {sin:g} {-sin:g} {cos:g} {box[0] + text.x:g} {box[3] - text.y:g}"
    font = f"/{'B' if text.bold else 'F'} {text.size:g} Tf {text.spacing:g} Tc"
    return f"BT {font} {place} Tm <{text.text.encode('utf-16-be').hex()}> Tj ET\n"


def utf16(text: str) -> str:
    return (chr(0xFEFF) + text).encode("utf-16-be").hex()


def assemble(objects: Sequence[bytes], password: str | None) -> bytes:
    """The file of numbered objects, the first of which is the catalogue and the last the information."""
    size = len(objects) + 1
    info, extra = size - 1, b""
    if password is not None:
        key, owner, user = encryption_key(password.encode())
        # Strings and streams are encrypted with the key of their object.
        objects = [encrypted(content, number, key) for number, content in enumerate(objects, 1)]
        encryption = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%s> /U <%s> >>"
        objects = [*objects, encryption % (owner.hex().encode(), user.hex().encode())]
        extra, size = b" /Encrypt %d 0 R /ID [<00> <00>]" % size, size + 1
    body, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R%s >>\nstartxref\n%d\n%%%%EOF" % (size, info, extra, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def encryption_key(password: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, owner entry and user entry of revision 3 of the standard security handler, with 128 bits of RC4."""
    padded = (password + PADDING)[:32]
    key = padded
    for _ in range(51):
        key = md5(key, usedforsecurity=False).digest()
    owner = repeated_rc4(key, padded)
    key = md5(padded + owner + (-4).to_bytes(4, "little", signed=True) + b"\0", usedforsecurity=False).digest()
    for _ in range(50):
        key = md5(key, usedforsecurity=False).digest()
    return key, owner, repeated_rc4(key, md5(PADDING + b"\0", usedforsecurity=False).digest()) + bytes(16)


def repeated_rc4(key: bytes, data: bytes) -> bytes:
    for number in range(20):
        data = rc4(bytes(byte ^ number for byte in key), data)
    return data


def rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted(content: bytes, number: int, key: bytes) -> bytes:
    """An object with its stream and its title encrypted."""
    object_key = md5(key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False).digest()
    if content.endswith(b"\nendstream"):
        head, _, data = content.removesuffix(b"\nendstream").partition(b"\nstream\n")
        return head + b"\nstream\n" + rc4(object_key, data) + b"\nendstream"
    return re.sub(
        rb"/Title <([0-9a-f]*)>",
        lambda title: b"/Title <%s>" % rc4(object_key, bytes.fromhex(title[1].decode())).hex().encode(),
        content,
    )


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
