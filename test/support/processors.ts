import type { CommittedFile } from './repository.ts';

/** The manifest of a processor that a test may read, run and compare. */
export const processorManifest = (name: string, more = ''): string =>
  `name: ${name}\nversion: "1.0.0"\nruntime: python3.12\nentry_point: main.py:Processor\nexecutor: extract_executor\n${more}`;

/** A processor in its folder: a manifest, and these files beside it. */
export const processorFiles = (
  name: string,
  files: Readonly<Record<string, string | Uint8Array>> = { 'main.py': 'class Processor: pass\n' },
  manifest: string = processorManifest(name),
): readonly CommittedFile[] => [
  { path: `processors/${name}/processor.yaml`, content: manifest },
  ...Object.entries(files).map(([path, content]) => ({ path: `processors/${name}/${path}`, content })),
];
