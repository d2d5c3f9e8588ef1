"""Small parts that every panel uses: glyph icons, labels that elide, colours that follow the palette, figures as text."""
