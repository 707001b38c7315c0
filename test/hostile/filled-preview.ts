import type { PreviewDocument } from '../../engine/preview/index.ts';
import { changeOf, graph, previewOf, targetOf } from '../cli/sample-preview.ts';
import { sectionWith } from './filled.ts';

/** A preview with this text in every field that is somebody's. */
export const previewWith = (text: string): PreviewDocument => {
  const end = { ref: text, commit: text };
  const somebody = { address: text, name: text, path: text, reason: text };
  const detail = sectionWith(text).changes.find((change) => change.detail !== null)?.detail ?? null;
  const uses = { agents: [text], processors: [text], changed: [`agent.${text}`], executors: [text] };
  const drawn = {
    nodes: graph.nodes.map((node) => ({ ...node, id: `${node.id}${text}`, label: text })),
    edges: graph.edges.map(({ from, to, state }) => ({ from: `${from}${text}`, to: `${to}${text}`, state })),
  };
  return previewOf(
    [
      changeOf('workflow', text, 'delete', somebody),
      changeOf('workflow', text, 'update', { ...somebody, detail, uses, graph: drawn }),
      changeOf('workflow', text, 'create', { ...somebody, uses, graph: drawn }),
    ],
    {
      ...{
        project: text,
        digest: text,
        tool_version: text,
        created_at: text,
        status_at: text,
        base: end,
        head: end,
        against: 'status',
      },
      version: { name: text, base: text, bump: 'major', evidence: [{ bump: 'major', address: text, because: text }] },
      targets: (['release', 'none'] as const).map((outcome) =>
        targetOf(text, {
          ...{ environment: text, from: text, to: text, outcome, reason: text, gateways: [text, text] },
          gates: [{ gate: text, verdict: 'fail', summary: text }],
        }),
      ),
      configuration: [true, false].map((guards) => ({
        ...{ path: text, key: text, what: 'changed' as const, guards },
        value: { before: text, after: text },
      })),
      conflicts: [text],
      problems: [
        { severity: 'error', code: text, detail: text, path: text, line: 1 },
        { severity: 'warning', code: text, detail: text, path: null, line: null },
      ],
    },
  );
};
