import { expect, it } from 'vitest';
import { withPlainHttp } from './plain-http.ts';

it('takes what is named of node:http, under the same names', async () => {
  const code = withPlainHttp(`import { a } from "node:https";
import { Agent as Agent$1, request } from "node:http";
const later = await import("node:http");
export { Agent$1, request };`);
  expect(code).toBe(`import { a } from "node:https";
const { Agent: Agent$1, request } = process.getBuiltinModule("node:http");
const later = await import("node:http");
export { Agent$1, request };`);
});
