import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'rolldown';

/**
 * A schema as a function that says whether a value fits it, and nothing else. Compiling the schema costs every start some
 * fifty milliseconds; a document that fits, as nearly all do, needs only this answer.
 */
export const compileAccepts = (schema: object): string => {
  const ajv = new Ajv2020({
    code: { source: true, esm: true },
    strict: true,
    allowUnionTypes: true,
    validateSchema: false,
    messages: false,
  });
  ajv.addVocabulary(['markdownDescription', 'doNotSuggest', 'deprecationMessage']);
  // What `engine/documents` says of the two keywords with functions, said with plain schemas, which can be written down.
  ajv.addKeyword({ keyword: 'unavailable', schemaType: 'boolean', macro: (is: boolean) => (is ? { not: {} } : {}) });
  ajv.addKeyword({
    keyword: 'available',
    schemaType: 'array',
    macro: (available: readonly unknown[], parent) => {
      const known: readonly unknown[] = 'enum' in parent && Array.isArray(parent.enum) ? parent.enum : [true, false];
      return { not: { enum: known.filter((value) => !available.includes(value)) } };
    },
  });
  return `${standalone.default(ajv, ajv.compile(schema))}\nexport { validate as accepts };\n`;
};

const place = /\/schemas\/(\w+)-accepts\.ts$/;

/** Puts the function of `schemas/NAME.schema.json` where `schemas/NAME-accepts.ts` says that there is none. */
export const acceptsPlugin: Plugin = {
  name: 'accepts',
  load: (id) => {
    if (!place.test(id)) return undefined;
    const schema = JSON.parse(readFileSync(id.replace('-accepts.ts', '.schema.json'), 'utf8'));
    return { code: compileAccepts(schema), moduleType: 'js' };
  },
};
