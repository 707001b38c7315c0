import { defineCodes } from './define.ts';

export const artifactCodes = defineCodes({});
