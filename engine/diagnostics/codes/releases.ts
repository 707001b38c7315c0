import { defineCodes } from './define.ts';

export const releaseCodes = defineCodes({});
