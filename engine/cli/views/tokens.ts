import type { MadeToken, TokenView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment } from './words.ts';

const where = ({ environments }: TokenView): string => environments?.join(', ') ?? 'everywhere';

export const tokenList = (tokens: readonly TokenView[], style: Style): string =>
  tokens.length === 0
    ? 'There are no tokens.'
    : columns(
        ['token', 'name', 'for', 'where', 'state', 'expires', 'by'],
        tokens.map((token) => [
          token.id,
          token.name,
          token.for,
          where(token),
          token.state,
          moment(token.expires),
          token.by,
        ]),
        style.bold,
      );

/** The only time that anybody sees it. */
export const tokenMade = (made: MadeToken): string =>
  [
    `The token "${inline(made.name)}" is for ${inline(made.for)}, counts ${made.environments ? `in ${inline(where(made))}` : 'everywhere'}, and expires ${moment(made.expires)}.`,
    'It is not shown again:',
    '',
    `    M3FORGE_TOKEN=${made.token}`,
  ].join('\n');

export const tokenRevoked = (token: TokenView): string =>
  `The token "${inline(token.name)}" of ${inline(token.for)} is revoked.`;
