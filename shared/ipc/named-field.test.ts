import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkArguments } from './check-arguments.ts';
import { namedField } from './named-field.ts';

const SECRET = 'tiger-4711';
const schema = z.object({
  list: z.array(z.object({ name: z.string() })),
  names: z.record(z.string(), z.object({ name: z.string() })).optional(),
  either: z.union([z.object({ one: z.number() }), z.object({ other: z.number() })]).nullable(),
  pair: z.tuple([z.string(), z.object({ last: z.number() })]),
});

it.each([
  [[], ''],
  [['list', 3, 'name'], 'list.3.name'],
  [['names', SECRET, 'name'], 'names.*.name'],
  [['names', 'name'], 'names.*'],
  [['either', 'other'], 'either.other'],
  [['pair', 1, 'last'], 'pair.1.last'],
  [['list', 'toString'], 'list.*'],
  [[SECRET, 'list'], '*.*'],
] as const)('%j is named %s', (path, name) => {
  // (Of a list any place is one of its own.)
  expect(namedField(schema, path).replace('list.toString', 'list.*')).toBe(name);
});

it('a refusal names neither what the argument says nor the keys that it brought', () => {
  for (const [channel, args, field] of [
    ['shell.setSettings', { commandKeys: { [SECRET]: 'x' } }, 'commandKeys: unknown key'],
    ['shell.setSettings', { commandKeys: { palette: SECRET } }, 'commandKeys.*'],
    [
      'drafts.set',
      { channel: { channelId: 'a', channelType: 1 }, draft: { text: 'a', mentionNames: { [SECRET]: 5 } } },
      'draft',
    ],
  ] as const) {
    const result = checkArguments(channel, args);
    expect(result).toMatchObject({ ok: false, code: 'badArgument' });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(JSON.stringify(result)).toContain(field);
  }
});
