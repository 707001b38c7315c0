import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The bundler hands `.sql` files over as text; so does Node after this, for everything that is imported later. */
export const importSqlAsText = (): void => {
  registerHooks({
    load: (url, context, next) =>
      url.endsWith('.sql')
        ? {
            format: 'module',
            source: `export default ${JSON.stringify(readFileSync(fileURLToPath(url), 'utf8'))};`,
            shortCircuit: true,
          }
        : next(url, context),
  });
};
