import { isRecord, type JsonRecord } from './planners.ts';
import type { PlacedWorkflow } from './simulator.ts';

/** The plan inside a workflow's document, in whichever of its shapes that is. */
const planIn = (document: JsonRecord): JsonRecord => {
  const { planDefinition, plan_definition: registered } = document;
  if (isRecord(planDefinition)) return planDefinition;
  return isRecord(registered) ? registered : { nodes: document.nodes ?? [] };
};

/** Reads what is active in a place: the view `workflows` that m3forge keeps there. */
export const loadFromPlace = async (url: string, schema: string): Promise<readonly PlacedWorkflow[]> => {
  const { Client, escapeIdentifier } = (await import('pg')).default;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ readonly name: string; readonly definition: JsonRecord }>(
      `select name, definition from ${escapeIdentifier(schema)}.workflows order by name`,
    );
    return rows.map(({ name, definition }) => ({ name, plan: planIn(definition) }));
  } finally {
    await client.end();
  }
};
