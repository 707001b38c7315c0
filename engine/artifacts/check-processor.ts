import { isExactVersion, isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { type FieldTest, isText, testFields } from './field-tests.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import type { ProcessorFile } from './processor.ts';
import { isInlineSecret, isSecretKey } from './secret-value.ts';

const isTextList = (value: JsonValue): boolean => Array.isArray(value) && value.every(isText);
const isRuntime = (value: JsonValue): boolean => isText(value) || (isJsonObject(value) && isText(value.name ?? null));
const isVersion = (value: JsonValue): boolean => isText(value) && isExactVersion(value);
const isEndpoint = (value: JsonValue): boolean => isText(value) && value.startsWith('/');

/** The fields that a manifest may have, and what they may hold; other fields are the processor's own. */
const tests: readonly FieldTest[] = [
  [['version'], isVersion, 'a semantic version in quotes, such as "1.4.0"'],
  [['display_name'], isText, 'text'],
  [['description'], isText, 'text'],
  [['category'], isText, 'text'],
  [['type'], isText, 'text'],
  [['tags'], isTextList, 'a list of texts'],
  [['runtime'], isRuntime, 'text such as python3.12, or an object with a name'],
  [['entry_point'], isText, 'text such as main.py:Processor'],
  [['executor'], isText, 'the name of an executor'],
  [['endpoint'], isEndpoint, 'a path that begins with /'],
  [
    ['dependencies'],
    (value) => isText(value) || isTextList(value),
    'a list of packages, or the name of a file that lists them',
  ],
  [['environment'], isJsonObject, 'an object'],
  [['parameters'], isJsonObject, 'an object'],
  [['resources'], isJsonObject, 'an object'],
];

/** `main.py:Processor` and `bin/run` name files; `ocr.main:Processor` names a module, which may come with a package. */
const namesFile = (reference: string): boolean =>
  reference.includes('/') || /\.(?:py|js|mjs|cjs|ts|wasm|sh|jar|so|whl|txt|toml|ya?ml|json|lock)$/.test(reference);

const leavesFolder = (reference: string): boolean =>
  /^(?:[/\\]|[A-Za-z]:[\\/])/.test(reference) || reference.split(/[/\\]/).includes('..');

const checkReference = (
  key: string,
  written: string,
  at: StructuralPath,
  files: readonly ProcessorFile[],
  report: Report,
): void => {
  const reference = written.replace(/:[^:/\\]*$/, '').replace(/^\.\//, '');
  const path = [...at, key];
  if (leavesFolder(reference)) {
    const detail = `\`${key}\` of the processor, ${quoted(written)}, leads out of its folder.`;
    report({ severity: 'error', code: 'processor-path-escapes', detail, path });
  } else if (namesFile(reference) && !files.some((file) => file.path === reference)) {
    const detail = `\`${key}\` of the processor names ${quoted(reference)}, which is not beside its manifest.`;
    report({ severity: 'error', code: 'processor-file-missing', detail, path });
  }
};

const checkSecrets = (value: JsonValue, path: StructuralPath, report: Report): void => {
  if (value === null || typeof value !== 'object') return;
  const entries: readonly (readonly [string | number, JsonValue])[] = isJsonObject(value)
    ? Object.entries(value)
    : value.map((item, index) => [index, item] as const);
  for (const [key, item] of entries) {
    const here = [...path, key];
    if (typeof key === 'string' && isSecretKey(key) && isInlineSecret(item)) {
      const detail = `The processor says its ${quoted(key)} in the file, where everyone who reads the repository sees it.`;
      const hint = `Write an environment variable as \${NAME} instead, and replace the secret: it is none any more.`;
      report({ severity: 'error', code: 'agent-secret', detail, path: here, hint });
    } else {
      checkSecrets(item, here, report);
    }
  }
};

/** What is wrong with the manifest of a processor. `at` is where the processor stands in its document. */
export const checkProcessorManifest = (
  manifest: JsonObject,
  at: StructuralPath,
  files: readonly ProcessorFile[],
  report: Report,
): void => {
  testFields('processor', 'processor-field-invalid', tests, manifest, at, report);
  for (const key of ['entry_point', 'dependencies'] as const) {
    const written = manifest[key];
    if (typeof written === 'string') checkReference(key, written, at, files, report);
  }
  checkSecrets(manifest, at, report);
};
