/**
 * Pull requests, statuses and deployments of GitHub: of github.com, and of GitHub Enterprise at its own address.
 *
 * Promises that every request goes to that address and ends within its deadline, that an order is sent once, and that no
 * text of it holds the token. It may not know what a release or a preview is.
 */
import type { Provider, SourceControl, SourceControlContext } from '../../engine/provider/index.ts';
import { createClient } from './client.ts';
import { commentsOf } from './comments.ts';
import { notifier } from './notifier.ts';
import { ordersOf } from './orders.ts';
import { readingOf } from './pull-requests.ts';

export { type GitHubPullRequest, pullRequestOf } from './pull-requests.ts';

/** Asks `https://api.github.com` where the context names no address. */
const sourceControl = (context: SourceControlContext): SourceControl => {
  const client = createClient(context);
  return {
    label: client.address.label,
    ...readingOf(client),
    ...commentsOf(client),
    ...ordersOf(client),
    close: client.close,
  };
};

export const github: Provider = { name: 'github', sourceControl, notifier };
