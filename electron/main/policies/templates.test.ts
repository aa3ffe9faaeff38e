import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { APP_ID } from '../../../shared/app-identity.ts';
import { POLICY_TYPES, policiesOf } from './policy-values.ts';

const folder = join(import.meta.dirname, '../../../scripts/dist/resources/policies');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const all = (source: string, pattern: RegExp): string[] =>
  [...source.matchAll(pattern)].map(([, found = '']) => found);
const NAMES = Object.keys(POLICY_TYPES);

it('the template of Windows has each policy, under its name and with its type', () => {
  const admx = text('wukong-desktop.admx');
  expect(all(admx, /<policy name="(\w+)"/g)).toEqual(NAMES);
  expect(all(admx, /valueName="(\w+)"/g)).toEqual(NAMES);
  expect(new Set(all(admx, / key="([^"]+)"/g))).toEqual(new Set(['Software\\Policies\\WuKong Desktop']));
  for (const [name, type] of Object.entries(POLICY_TYPES)) {
    const [, body = ''] = new RegExp(`<policy name="${name}"([\\s\\S]*?)</policy>`).exec(admx) ?? [];
    expect(body).toContain({ text: '<text ', onOff: '<enabledValue>', number: '<decimal id=' }[type]);
  }
});

it.each(['en-US', 'zh-CN'])('its texts are there in %s', (language) => {
  const admx = text('wukong-desktop.admx');
  const adml = text(`${language}/wukong-desktop.adml`);
  expect(all(adml, /<string id="(\w+)"/g).sort()).toEqual(
    [...new Set(all(admx, /\$\(string\.(\w+)\)/g))].sort(),
  );
  expect(all(adml, /<presentation id="(\w+)"/g)).toEqual(all(admx, /\$\(presentation\.(\w+)\)/g));
  expect(all(adml, /refId="(\w+)"/g)).toEqual(all(admx, / id="(\w+)" valueName/g));
});

it('the template of Linux has each policy, with values that are understood', () => {
  const values = JSON.parse(text('policies.json')) as Record<string, unknown>;
  expect(Object.keys(values)).toEqual(NAMES);
  expect(policiesOf({ kind: 'values', where: '', values })).toMatchObject({ problems: [], blocked: null });
});

it('the template of macOS has each policy in the dictionary of the app, with values that are understood', () => {
  const profile = text('wukong-desktop.mobileconfig');
  expect(profile).toContain(`<key>PayloadType</key><string>${APP_ID}</string>`);
  const [, body = ''] = /<key>Policies<\/key>\s*<dict>([\s\S]*?)<\/dict>/.exec(profile) ?? [];
  const entries = [...body.matchAll(/<key>(\w+)<\/key><(true|false|integer|string)(?:\/>|>([^<]*)<)/g)].map(
    ([, name = '', type, value = '']) => {
      const read = type === 'integer' ? Number(value) : type === 'string' ? value : type === 'true';
      return [name, read] as const;
    },
  );
  expect(entries.map(([name]) => name)).toEqual(NAMES);
  const policies = policiesOf({ kind: 'values', where: '', values: Object.fromEntries(entries) });
  expect(policies).toMatchObject({ problems: [], blocked: null });
});
