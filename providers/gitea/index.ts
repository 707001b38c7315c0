/**
 * Pull requests and statuses of a Gitea, from 1.20 on, at its own address. It keeps no deployments.
 *
 * Promises that every request goes to that address and ends within its deadline, that an order is sent once, and that no
 * text of it holds the token. It may not know what a release or a preview is.
 */
import type { Provider, SourceControl, SourceControlContext } from '../../engine/provider/index.ts';
import { createClient } from './client.ts';
import { commentsOf } from './comments.ts';
import { ordersOf } from './orders.ts';
import { readingOf } from './pull-requests.ts';

/** The context names the address, `https://HOST/api/v1`. */
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

export const gitea: Provider = { name: 'gitea', sourceControl };
