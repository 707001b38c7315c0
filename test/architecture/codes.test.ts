import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { expect, test } from 'vitest';
import { diagnosticCodes } from '../../engine/diagnostics/index.ts';
import { engine, pathsBelow, program, root } from './source.ts';

const tables = 'engine/diagnostics/codes/';

/** The keys of the table that a file defines, as they are written: a key that stands twice is there twice. */
const codesIn = (path: string, text: string): readonly string[] => {
  const codes: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'defineCodes') {
      const [table] = node.arguments;
      if (table && ts.isObjectLiteralExpression(table)) {
        for (const property of table.properties) {
          if (property.name && ts.isStringLiteral(property.name)) codes.push(property.name.text);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return codes;
};

const written = engine.filter(({ path }) => path.startsWith(tables)).flatMap(({ path, text }) => codesIn(path, text));

test('every code is unique over all tables, and registered', () => {
  const twice = written.filter((code, at) => written.indexOf(code) !== at);
  expect(twice, 'a code is what people search for: it has one meaning').toEqual([]);
  expect(Object.keys(diagnosticCodes).toSorted(), 'a table that codes.ts leaves out is not there').toEqual(
    written.toSorted(),
  );
});

test('every code is in kebab case, with a summary and an exit code of the contract', () => {
  const exits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130];
  const meanings: readonly (readonly [string, { readonly summary: string; readonly exit: number }])[] =
    Object.entries(diagnosticCodes);
  const odd = meanings.filter(
    ([code, { summary, exit }]) =>
      !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(code) || summary === '' || summary.endsWith('.') || !exits.includes(exit),
  );
  expect(odd, 'codes and exit codes are a contract with scripts').toEqual([]);
});

test('every code is used', () => {
  const said = new Set(program.filter(({ path }) => !path.startsWith(tables)).flatMap(({ strings }) => [...strings]));
  const unused = written.filter((code) => !said.has(code));
  expect(unused, 'a code that is never said is a promise that nothing keeps').toEqual([]);
});

test('every code is named in a test', () => {
  const texts = pathsBelow('test')
    .filter((path) => !path.startsWith('test/architecture/') && statSync(join(root, path)).isFile())
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const named = new Set(texts.flatMap((text) => text.match(/[a-z0-9]+(?:-[a-z0-9]+)+/g) ?? []));
  const untested = written.filter((code) => !named.has(code));
  expect(untested, 'nobody knows whether a problem is found that no test has ever caused').toEqual([]);
});
