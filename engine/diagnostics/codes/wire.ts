import { defineCodes } from './define.ts';

/** Providers, HTTP, and the command line itself. */
export const wireCodes = defineCodes({
  'provider-unknown': { summary: 'Unknown provider', exit: 1 },
  'provider-lacks-capability': { summary: 'The provider cannot do this', exit: 1 },
});
