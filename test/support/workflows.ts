/** Node ids must be UUIDs; the last digits number the nodes of one workflow. */
export const nodeId = (n: number): string => `01930d8c-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A valid workflow in the studio's shape: a chain of nodes whose prompts, and definitions by index, a test may choose. */
export const workflowFile = (
  name: string,
  texts: readonly string[] = ['read', 'extract'],
  definitions: Readonly<Record<number, object>> = {},
): string =>
  JSON.stringify(
    {
      id: nodeId(999),
      name,
      version: '1.0.0',
      tags: [],
      category: 'test',
      planDefinition: {
        nodes: texts.map((text, index) => ({
          task_id: nodeId(index),
          query_str: `${index}: ${text}`,
          dependencies: index === 0 ? [] : [nodeId(index - 1)],
          node_type: 'COMPUTE',
          definition: definitions[index] ?? {
            method: 'EXECUTOR_ENDPOINT',
            endpoint: 'extract_executor://document/extract',
            params: { layout: name, text },
          },
        })),
      },
      metadata: { author: 'test' },
    },
    null,
    2,
  );

/** A valid agent as YAML. */
export const agentFile = (name: string, message: string): string =>
  `name: ${name}\nbackend: haystack\nsystem_message: ${JSON.stringify(message)}\nllm:\n  backend: openai\n  model: small\n`;
