import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatXml, parseXml, type XmlElement } from '../../engine/documents/index.ts';

const read = (text: string) => parseXml({ text, filename: 'x.xml' });

describe('XML', () => {
  test('is read as elements with attributes, text and lists of children', () => {
    const parsed = read(
      '<?xml version="1.0"?><!-- note --><a n="1 &amp; 2"><b>x &lt; y</b><b/><c><![CDATA[<raw>]]></c></a>',
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: { a: [{ '@n': '1 & 2', b: [{ '#text': 'x < y' }, {}], c: [{ '#text': '<raw>' }] }] },
    });
  });

  test.each([
    ['<a><b></a>'],
    ['<a'],
    ['no xml at all'],
    ['<a/><b/>trailing'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    [`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
  ])('that is none, breaks off, declares things or nests without end is refused: %s', (text) => {
    const outcome = read(text);
    expect(outcome).toMatchObject({ ok: false, diagnostics: [{ code: 'xml-syntax' }] });
  });

  test('that is about a document type is not one with a document type', () => {
    expect(read('<a><![CDATA[<!DOCTYPE html>]]></a>').ok).toBe(true);
  });
});

const text = fc.string({ unit: 'binary' });

/** What XML can keep of a text; white space around one is nobody's. */
const kept = (value: string): string => value.toWellFormed();

test('what is written is read again, whatever the texts hold', () => {
  fc.assert(
    fc.property(text, text, (attribute, content) => {
      const element: XmlElement = { '@name': attribute, child: [{ '@of': 'it', '#text': content }] };
      const written = formatXml('root', element);
      const parsed = parseXml({ text: written, filename: 'x.xml' });
      expect(parsed.ok, `${JSON.stringify([attribute, content])}\n${written}`).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to hold them
      if (/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|^\s|\s$/.test(attribute + content)) return;
      const [root] = (parsed.ok ? parsed.value.root : undefined) as unknown as readonly XmlElement[];
      expect(root?.['@name'] ?? '').toBe(kept(attribute));
    }),
  );
});
