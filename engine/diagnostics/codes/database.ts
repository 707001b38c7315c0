import { defineCodes } from './define.ts';

export const databaseCodes = defineCodes({});
