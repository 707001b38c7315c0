import { join } from 'node:path';
import {
  type Expression,
  Node,
  type ObjectLiteralExpression,
  type Project,
  type StringLiteral,
  SyntaxKind,
} from 'ts-morph';
import { root } from './output.ts';

/** How a code is used in the program. */
export interface Usage {
  readonly severities: ReadonlySet<'error' | 'warning'>;
  /** What it advises, with `…` for what differs from case to case. */
  readonly hints: readonly string[];
}

/** The texts that an expression can come to, as far as they stand in the source. */
const textsIn = (expression: Expression | undefined): readonly string[] => {
  if (!expression) return [];
  if (Node.isStringLiteral(expression) || Node.isNoSubstitutionTemplateLiteral(expression))
    return [expression.getLiteralText()];
  if (Node.isTemplateExpression(expression)) {
    const spans = expression.getTemplateSpans().map((span) => `…${span.getLiteral().getLiteralText()}`);
    return [expression.getHead().getLiteralText() + spans.join('')];
  }
  if (Node.isConditionalExpression(expression)) {
    return [...textsIn(expression.getWhenTrue()), ...textsIn(expression.getWhenFalse())];
  }
  if (Node.isBinaryExpression(expression) && expression.getOperatorToken().getText() === '+') {
    const [left, right] = [textsIn(expression.getLeft())[0], textsIn(expression.getRight())[0]];
    return left === undefined || right === undefined ? [] : [left + right];
  }
  if (Node.isParenthesizedExpression(expression)) return textsIn(expression.getExpression());
  return [];
};

const textOf = (object: ObjectLiteralExpression, name: string): readonly string[] => {
  const property = object.getProperty(name);
  return Node.isPropertyAssignment(property) ? textsIn(property.getInitializer()) : [];
};

/**
 * The objects beside a code: those that a call gets behind it, or, for a finding whose position is not known yet, the one
 * that it stands in.
 */
const objectsBeside = (literal: StringLiteral): readonly ObjectLiteralExpression[] => {
  const call = literal.getParentIfKind(SyntaxKind.CallExpression);
  if (call) return call.getArguments().filter(Node.isObjectLiteralExpression);
  const object = literal.getParentIfKind(SyntaxKind.PropertyAssignment)?.getParent();
  return Node.isObjectLiteralExpression(object) ? [object] : [];
};

const isWarning = (literal: StringLiteral, objects: readonly ObjectLiteralExpression[]): boolean =>
  literal.getParentIfKind(SyntaxKind.CallExpression)?.getExpression().getText() === 'warning' ||
  objects.some((object) => textOf(object, 'severity')[0] === 'warning');

/** Finds every use of a code: the call whose first argument it is says how severe it is, and what it advises. */
export const usagesOf = (project: Project): ReadonlyMap<string, Usage> => {
  const found = new Map<string, { severities: Set<'error' | 'warning'>; hints: string[] }>();
  const files = project.addSourceFilesAtPaths([join(root, 'engine/**/*.ts'), join(root, 'providers/**/*.ts')]);
  const sorted = [...files].sort((a, b) => (a.getFilePath() < b.getFilePath() ? -1 : 1));
  for (const file of sorted) {
    if (file.getFilePath().includes('/diagnostics/codes/')) continue;
    for (const literal of file.getDescendantsOfKind(SyntaxKind.StringLiteral)) {
      const code = literal.getLiteralText();
      if (!/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(code)) continue;
      const usage = found.get(code) ?? { severities: new Set(), hints: [] };
      found.set(code, usage);
      const objects = objectsBeside(literal);
      usage.severities.add(isWarning(literal, objects) ? 'warning' : 'error');
      const hints = objects.flatMap((object) => textOf(object, 'hint'));
      usage.hints.push(...hints.filter((hint) => !usage.hints.includes(hint)));
    }
  }
  return found;
};
