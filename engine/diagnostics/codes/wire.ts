import { defineCodes } from './define.ts';

export const wireCodes = defineCodes({});
