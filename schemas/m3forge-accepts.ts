/**
 * Whether a value fits m3forge.schema.json. The build compiles the schema into a function and puts it here; where the sources
 * run as they are this stays undefined, and the schema itself is asked.
 */
export const accepts: ((value: unknown) => boolean) | undefined = undefined;
