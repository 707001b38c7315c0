import { defineCodes } from './define.ts';

export const versionCodes = defineCodes({});
