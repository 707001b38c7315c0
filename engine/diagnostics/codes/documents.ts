import { defineCodes } from './define.ts';

/** The guard, YAML, JSON and JSON Schema. */
export const documentCodes = defineCodes({
  'file-missing': { summary: 'The file does not exist', exit: 3 },
  'file-unreadable': { summary: 'The file cannot be read', exit: 1 },
  'file-outside-tree': { summary: 'The path leaves its directory tree', exit: 3 },
  'file-is-symlink': { summary: 'Symbolic links are not followed', exit: 3 },
  'file-not-regular': { summary: 'Not a regular file', exit: 3 },
  'file-too-large': { summary: 'The file is too large', exit: 3 },
  'text-not-utf8': { summary: 'The text is not UTF-8', exit: 3 },
  'text-control-character': { summary: 'The text contains a character that no text may contain', exit: 3 },
  'yaml-syntax': { summary: 'This is not valid YAML', exit: 3 },
  'yaml-not-supported': { summary: 'A feature of YAML that is not accepted', exit: 3 },
  'yaml-too-many-aliases': { summary: 'Too many YAML aliases', exit: 3 },
  'yaml-too-many-pieces': { summary: 'More YAML than is read from one file', exit: 3 },
  'json-syntax': { summary: 'This is not valid JSON', exit: 3 },
  'document-empty': { summary: 'The document is empty', exit: 3 },
  'document-too-deep': { summary: 'The document is nested too deeply', exit: 3 },
  'document-duplicate-key': { summary: 'A key is given twice', exit: 3 },
  'document-forbidden-key': { summary: 'A key that is not accepted', exit: 3 },
  'document-inexact-number': { summary: 'A number that cannot be kept exactly', exit: 3 },
  'document-bad-string': { summary: 'A string that cannot be stored', exit: 3 },
  'schema-unknown-key': { summary: 'Unknown key', exit: 3 },
  'schema-missing-key': { summary: 'A required key is missing', exit: 3 },
  'schema-wrong-type': { summary: 'A value of the wrong type', exit: 3 },
  'schema-not-one-of': { summary: 'A value that is not among the allowed ones', exit: 3 },
  'schema-invalid-value': { summary: 'A value outside its rules', exit: 3 },
});
