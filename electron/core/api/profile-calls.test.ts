import { expect, it } from 'vitest';
import { profileCalls } from './profile-calls.ts';

it('changes of the own card are what TSDD takes: each value as text', async () => {
  const asked: unknown[] = [];
  const request = async (call: unknown): Promise<unknown> => asked.push(call);
  const calls = profileCalls({ request, log: () => undefined });
  for (const change of [
    { name: 'Alice' },
    { sex: 'female' },
    { sex: 'unsaid' },
    { shortNo: 'alice_01' },
  ] as const)
    await calls.changeOwn(change);
  const bodies = [{ name: 'Alice' }, { sex: '0' }, { sex: '2' }, { short_no: 'alice_01' }];
  expect(asked).toEqual(bodies.map((body) => ({ method: 'PUT', path: '/user/current', body })));
});
