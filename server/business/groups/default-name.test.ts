/** The name of a group that was given none (tsdd-api.md 3.2): its members' names, cut to 20 characters. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Harness, type Person } from '../testing/harness.ts';

const h = new Harness();
beforeAll(() => h.start());
afterAll(() => h.close());

let serial = 0;
async function named(name: string): Promise<Person> {
  const person = await h.person(`person${serial++}`);
  await h.call('PUT', '/v1/user/current', { token: person.token, body: { name } });
  return { ...person, name };
}

test.each([
  ['letters', ['甲'.repeat(12), '乙'.repeat(12)], `${'甲'.repeat(12)}、${'乙'.repeat(7)}`],
  ['two units each', ['😀'.repeat(12), '🐒'.repeat(12)], `${'😀'.repeat(12)}、${'🐒'.repeat(7)}`],
  ['never half a character', ['甲'.repeat(17), '👨‍👩‍👧乙'], `${'甲'.repeat(17)}、`],
  ['short names whole', ['悟空', '八戒'], '悟空、八戒'],
])('%s', async (_kind, [owner = '', other = ''], title) => {
  const [a, b] = [await named(owner), await named(other)];
  const answer = await h.post('/v1/group/create', a, { members: [b.uid] });
  expect(answer.json).toMatchObject({ name: title });
});
