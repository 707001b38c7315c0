import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf, readArtifact, reasonOf, validateArtifact } from '../../engine/artifacts/index.ts';
import type { SourceRange } from '../../engine/diagnostics/index.ts';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../engine/values/index.ts';
import { id, node, studio } from './sample.ts';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

/** A workflow in order: each node but the first depends on some of those before it. */
const workflow = fc
  .array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.string()), { minLength: 1, maxLength: 12 })
  .map((rows) =>
    rows.map(([picks, note], index) =>
      node(index, index === 0 ? [] : [...new Set(picks.map((pick) => pick % index))], { params: { note } }),
    ),
  );

/** The same value with the keys of every object in an order of the seed's choosing. */
const shuffled = (value: JsonValue, seed: number): JsonValue => {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => shuffled(item, seed));
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  const turned = [...keys.slice(seed % (keys.length || 1)), ...keys.slice(0, seed % (keys.length || 1))].reverse();
  return Object.fromEntries(turned.map((key) => [key, shuffled(value[key] ?? null, seed)]));
};

const read = async (value: JsonValue) => {
  const outcome = await readArtifact('workflow', { path: 'w.json', bytes: Buffer.from(JSON.stringify(value)) });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.value;
};

test('the digest does not depend on the order of keys', async () => {
  await fc.assert(
    fc.asyncProperty(workflow, fc.nat(50), async (nodes, seed) => {
      const [one, other] = [await read(studio(nodes)), await read(shuffled(studio(nodes), seed))];
      expect(other.digest).toBe(one.digest);
      expect(reasonOf(await differenceOf('workflow', one.value, other.value))).toBe('no difference');
    }),
  );
});

test('a workflow in order is found in order', async () => {
  await fc.assert(
    fc.asyncProperty(workflow, async (nodes) => {
      const artifact = await read(studio(nodes));
      expect(validateArtifact(artifact, artifact.document)).toEqual([]);
    }),
  );
});

test('two values differ exactly where their canonical forms do', async () => {
  await fc.assert(
    fc.asyncProperty(json, json, async (before, after) => {
      for (const kind of ['workflow', 'agent'] as const) {
        expect(reasonOf(await differenceOf(kind, before, before))).toBe('no difference');
        const different = reasonOf(await differenceOf(kind, before, after)) !== 'no difference';
        expect(different).toBe(canonicalJson(before) !== canonicalJson(after));
      }
    }),
  );
});

test('two workflows differ exactly where their canonical forms do', async () => {
  await fc.assert(
    fc.asyncProperty(workflow, workflow, async (before, after) => {
      const reason = reasonOf(await differenceOf('workflow', studio(before), studio(after)));
      expect(reason !== 'no difference').toBe(canonicalJson(before) !== canonicalJson(after));
    }),
  );
});

test('edited, added and removed nodes are found by their id', async () => {
  const edit = fc.constantFrom('keep', 'edit', 'remove');
  await fc.assert(
    fc.asyncProperty(
      workflow,
      fc.array(edit, { minLength: 12, maxLength: 12 }),
      fc.nat(3),
      async (nodes, edits, more) => {
        const which = (wanted: string) => nodes.flatMap((_, index) => (edits[index] === wanted ? [id(index)] : []));
        const kept = nodes.flatMap((value, index): JsonObject[] => {
          if (edits[index] === 'remove') return [];
          return [edits[index] === 'edit' ? { ...value, query_str: `edited ${index}` } : value];
        });
        const added = Array.from({ length: more }, (_, index) => node(100 + index, []));
        const { nodes: found } = await differenceOf('workflow', studio(nodes), studio([...kept, ...added]));
        expect(found.changed.map((change) => change.id)).toEqual(which('edit'));
        expect(found.removed.map((gone) => gone.id)).toEqual(which('remove'));
        expect(found.added.map((fresh) => fresh.id)).toEqual(added.map(({ task_id }) => task_id));
      },
    ),
  );
});

test('validation has an answer to anything', () => {
  const at = { line: 1, column: 1, byte: 0 };
  const locate = (): SourceRange => ({ filename: 'x', start: at, end: at });
  /** Arbitrary JSON, dressed so that the checks look deep into it. */
  const dressed = fc.oneof(
    json,
    fc.record({ nodes: fc.oneof(json, fc.array(json)) }),
    fc.record({
      nodes: fc.array(
        fc.record({
          task_id: fc.oneof(json, fc.constantFrom(id(1), id(2), '__proto__')),
          dependencies: fc.oneof(json, fc.array(fc.constantFrom(id(1), id(2), 'constructor'))),
          definition: fc.record({
            method: fc.oneof(json, fc.constantFrom('BRANCH', 'SWITCH', 'GUARDRAIL', 'NOOP', 'constructor')),
            paths: fc.oneof(json, fc.array(fc.record({ path_id: json, target_node_ids: json, condition: json }))),
            metrics: fc.oneof(json, fc.array(json)),
            cases: json,
          }),
        }),
      ),
    }),
  );
  fc.assert(
    fc.property(dressed, fc.constantFrom('workflow', 'agent'), (value, kind) => {
      for (const shape of ['bare', 'studio', 'registry', 'plain', 'wrapped'] as const) {
        const artifact = { kind, name: 'x', digest: '', body: Buffer.alloc(0), value: value as JsonValue, shape };
        expect(Array.isArray(validateArtifact(artifact, { locate }))).toBe(true);
      }
    }),
  );
});
