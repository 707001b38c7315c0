import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { TextDocument } from './document.ts';
import { wholeFile } from './source-map.ts';

/** An element: its attributes under `@name`, its text under `#text`, its children as lists under their names. */
export type XmlElement = { readonly [key: string]: string | readonly XmlElement[] | undefined };

const shared = { ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text' } as const;

/** More levels than any report has. */
const deepestXml = 64;

const parser = (): XMLParser =>
  new XMLParser({
    ...shared,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: deepestXml,
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  });

/** An element that holds text alone comes as that text. */
const asElement = (value: unknown): XmlElement => {
  if (typeof value !== 'object' || value === null)
    return value === undefined || value === '' ? {} : { '#text': String(value) };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      Array.isArray(item) && !key.startsWith('@') && key !== '#text' ? item.map(asElement) : String(item),
    ]),
  );
};

/**
 * XML as nested elements, in the order of their names and not of the text. A text that breaks off is refused, and so is one
 * with a document type: what it would expand to has no bound.
 */
export const parseXml = ({ text, filename }: TextDocument): Outcome<XmlElement> => {
  const refused = (detail: string): Outcome<never> =>
    failure([problem('xml-syntax', { detail, range: wholeFile(filename) })]);
  const prolog = text.slice(0, Math.max(0, text.search(/<[A-Za-z_]/)));
  if (/<!DOCTYPE/i.test(prolog)) return refused(`${filename} has a document type, which is not read.`);
  try {
    const document = asElement(parser().parse(text, true));
    const roots = Object.values(document).reduce(
      (sum, elements) => sum + (Array.isArray(elements) ? elements.length : 1),
      0,
    );
    return roots === 1 ? success(document) : refused(`${filename} has ${roots} elements where one holds all others.`);
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return refused(`${filename} is no XML that can be read: ${why.slice(0, 200)}`);
  }
};

/** What cannot stand in XML 1.0, whatever it is written as. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const possible = (value: XmlElement): XmlElement =>
  Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' ? item.toWellFormed().replaceAll(impossible, '\ufffd') : item?.map(possible),
    ]),
  );

/** An element and what is in it as a document, indented. */
export const formatXml = (name: string, element: XmlElement): string => {
  const builder = new XMLBuilder({ ...shared, format: true, suppressEmptyNode: true, processEntities: true });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [name]: possible(element) })}`;
};
