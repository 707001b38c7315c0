import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { type FieldTest, isText, testFields } from './field-tests.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import { isInlineSecret } from './secret-value.ts';

const checkSecrets = (value: JsonValue, path: StructuralPath, report: Report): void => {
  if (value === null || typeof value !== 'object') return;
  if (!isJsonObject(value)) {
    value.forEach((item, index) => {
      checkSecrets(item, [...path, index], report);
    });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const here = [...path, key];
    if (/^api_?key$/i.test(key) && isInlineSecret(item)) {
      const detail = `The agent says its ${quoted(key)} in the file, where everyone who reads the repository sees it.`;
      const hint = `Write an environment variable as \${NAME} instead, and replace the key: it is no secret any more.`;
      report({ severity: 'error', code: 'agent-secret', detail, path: here, hint });
    } else {
      checkSecrets(item, here, report);
    }
  }
};

const isCount = (value: JsonValue): boolean => Number.isInteger(value) && Number(value) > 0;
const isNumber = (value: JsonValue): boolean => typeof value === 'number';
const oneOf = (values: readonly string[]) => (value: JsonValue) => values.includes(String(value)) && isText(value);
const isTool = (value: JsonValue): boolean => isText(value) || (isJsonObject(value) && typeof value.name === 'string');
const isToolList = (value: JsonValue): boolean => Array.isArray(value) && value.every(isTool);

const backends = ['qwen_agent', 'haystack', 'autogen'];
const llmBackends = ['marie', 'openai'];
const memories = ['chat_buffer', 'summary', 'vector', 'none'];

/** The fields that an agent may have, and what they may hold; other fields are the agent's own. */
const tests: readonly FieldTest[] = [
  [['description'], isText, 'text'],
  [['backend'], oneOf(backends), `one of ${backends.join(', ')}`],
  [['system_message'], isText, 'text'],
  [['max_iterations'], isCount, 'a whole number above 0'],
  [['llm'], isJsonObject, 'an object'],
  [['llm', 'backend'], oneOf(llmBackends), `one of ${llmBackends.join(', ')}`],
  [['llm', 'model'], isText, 'text'],
  [['llm', 'temperature'], isNumber, 'a number'],
  [['llm', 'max_tokens'], isCount, 'a whole number above 0'],
  [['tools'], isToolList, 'a list of names, or of objects with a name'],
  [['memory'], isJsonObject, 'an object'],
  [['memory', 'type'], oneOf(memories), `one of ${memories.join(', ')}`],
  [['mcp'], isJsonObject, 'an object'],
];

/** The known fields of an agent. `agentPath` is where the agent stands in its document. */
export const checkAgentFields = (agent: JsonObject, agentPath: StructuralPath, report: Report): void => {
  testFields('agent', 'agent-field-invalid', tests, agent, agentPath, report);
};

/** Keys that are written out in an agent's file. The value is never part of what is reported. */
export const checkAgentSecrets = (document: JsonValue, report: Report): void => checkSecrets(document, [], report);
