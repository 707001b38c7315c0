import { annotationLine, annotationsOf, annotationsOfPreview } from '../../engine/cli/views/annotations.ts';
import { ciWorkflowWritten } from '../../engine/cli/views/ci-workflow.ts';
import { previewComment } from '../../engine/cli/views/preview-markdown.ts';
import { previewText } from '../../engine/cli/views/preview-text.ts';
import { plainStyle as style } from '../../engine/cli/views/style.ts';
import { problemWith } from './filled.ts';
import { previewWith } from './filled-preview.ts';
import type { Show } from './release-views.ts';

/** What people and runners see of pull requests, each view by its file. */
export const pullRequestViews: Readonly<Record<string, Show>> = {
  'annotations.ts': (text) =>
    [...annotationsOf([problemWith(text)]), ...annotationsOfPreview(previewWith(text).problems)].map((one) =>
      annotationLine(one, (words) => words),
    ),
  'ci-workflow.ts': (text) => [
    ciWorkflowWritten(
      {
        ...{ file: text, text, outcome: 'created', pullRequests: 'here', triggered: [text], byHand: [text] },
        ...{ secrets: [text], variables: [text], unsettable: [text] },
      },
      style,
    ),
  ],
  'preview-text.ts': (text) => [previewText(previewWith(text), { style, detail: true })],
};

/** What is made of by others, or looked at as Markdown. */
export const pullRequestParts: Readonly<Record<string, string>> = Object.fromEntries(
  ['markdown', 'markdown-changes', 'markdown-graph', 'markdown-parts', 'markdown-room', 'words'].map((part) => [
    `preview-${part}.ts`,
    'of a preview',
  ]),
);

/** Without its first line, which is a comment of HTML that is ours. */
export const commentWith = (text: string): string =>
  previewComment(previewWith(text), { marker: 'm3forge:plan:x' }).replace(/^<!--.*-->\n/, '');
