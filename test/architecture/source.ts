import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ts } from 'ts-morph';

export const root = join(import.meta.dirname, '../..');

/** What the rules need to know of one file. Paths are relative to the root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** What it imports, types included: a path where the specifier was relative, else the name of a package or module. */
  readonly imports: readonly string[];
  /** Whether it has an `import()` whose argument is computed. */
  readonly importsComputed: boolean;
  readonly hasDefaultExport: boolean;
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
  readonly strings: ReadonlySet<string>;
  /** Uses of the outside world, such as `process.env` or `Date.now`. */
  readonly worldly: readonly string[];
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const resolveImport = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : packageOf(specifier);

const randomness: ReadonlySet<string> = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);

/** The name of a use of the outside world, where this node is one. */
const worldlyUse = (node: ts.Node): string | undefined => {
  if (ts.isPropertyAccessExpression(node)) {
    const whole = `${node.expression.getText()}.${node.name.text}`;
    if (/^(?:globalThis\.)?process\.\w+$/.test(whole)) return whole;
    if (whole === 'Date.now' || whole === 'Math.random' || whole === 'performance.now') return whole;
  }
  // `new Date(text)` reads no clock.
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) {
    return 'new Date()';
  }
  return ts.isIdentifier(node) && randomness.has(node.text) ? node.text : undefined;
};

const importOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  return undefined;
};

const isDefaultExport = (node: ts.Node): boolean =>
  ts.isExportAssignment(node) ||
  (ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true);

const nameOf = (node: ts.Node): string => {
  const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) ? node : node.parent;
  const name = 'name' in named ? (named.name as ts.Node | undefined) : undefined;
  return name?.getText() ?? 'anonymous';
};

/** The body of `describe(…)` is a chapter of tests, not a function to be understood at once. */
const isChapter = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());

/** Reads one file's text; pure. */
export const readSource = (path: string, text: string): SourceFile => {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  const imports = new Set<string>();
  const strings = new Set<string>();
  const functions: { name: string; lines: number }[] = [];
  const worldly: string[] = [];
  let importsComputed = false;
  let hasDefaultExport = false;
  const visit = (node: ts.Node): void => {
    const specifier = importOf(node);
    if (specifier && ts.isStringLiteralLike(specifier)) imports.add(resolveImport(path, specifier.text));
    else if (specifier) importsComputed = true;
    if (ts.isStringLiteralLike(node)) strings.add(node.text);
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isChapter(node)) {
      functions.push({ name: nameOf(node), lines: lineAt(node.end) - lineAt(node.getStart()) + 1 });
    }
    const use = worldlyUse(node);
    if (use !== undefined) worldly.push(use);
    hasDefaultExport ||= isDefaultExport(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return {
    ...{ path, text, lines, imports: [...imports], importsComputed },
    ...{ hasDefaultExport, functions, strings, worldly },
  };
};

/** All paths below a folder, folders included. */
export const pathsBelow = (folder: string): readonly string[] => {
  if (!statSync(join(root, folder), { throwIfNoEntry: false })) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
};

const readFolder = (folder: string): readonly SourceFile[] =>
  pathsBelow(folder)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));

export const engine = readFolder('engine');
export const providers = readFolder('providers');
export const program: readonly SourceFile[] = [...engine, ...providers];
export const everything: readonly SourceFile[] = [
  ...program,
  ...['launcher', 'schemas', 'examples', 'test'].flatMap((folder) => readFolder(folder)),
];
