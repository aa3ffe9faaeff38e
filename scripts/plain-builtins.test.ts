import { expect, it } from 'vitest';
import { withPlainBuiltins } from './plain-builtins.ts';

it('takes what is named of costly modules of Node, under the same names', async () => {
  const code = withPlainBuiltins(`import { a } from "node:https";
import { Agent as Agent$1, request } from "node:http";
import { promisify } from "node:util";
const later = await import("node:http");
export { Agent$1, request };`);
  expect(code).toBe(`import { a } from "node:https";
const { Agent: Agent$1, request } = process.getBuiltinModule("node:http");
const { promisify } = process.getBuiltinModule("node:util");
const later = await import("node:http");
export { Agent$1, request };`);
});
