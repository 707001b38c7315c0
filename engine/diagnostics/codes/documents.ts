import { defineCodes } from './define.ts';

export const documentCodes = defineCodes({});
