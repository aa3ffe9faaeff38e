import type { Session } from 'electron';
import { expect, it, vi } from 'vitest';
import { allSessions, PAGE_PARTITION } from './page-session.ts';
import { clearSessionData, keepNoHttpCache } from './session-data.ts';

const electron = vi.hoisted(() => ({ switches: [] as string[] }));
vi.mock('electron', () => ({
  app: { commandLine: { appendSwitch: (name: string) => electron.switches.push(name) } },
  session: { defaultSession: 'default', fromPartition: (name: string) => `partition ${name}` },
}));

it('switches the HTTP cache off', () => {
  keepNoHttpCache();
  expect(electron.switches).toEqual(['disable-http-cache']);
});

it('the pages have a session of their own, which Electron keeps in memory', () => {
  expect(PAGE_PARTITION).not.toMatch(/^persist:/);
  expect(allSessions()).toEqual(['default', 'partition page']);
});

it('clears everything of every session; one failing does not keep the others', async () => {
  const cleared: string[] = [];
  const fake = (name: string): Session =>
    ({
      clearData: async () => void cleared.push(`${name} data`),
      clearStorageData: async () => void cleared.push(`${name} storage`),
      clearCache: async () => Promise.reject(new Error(`${name} busy`)),
      clearAuthCache: async () => void cleared.push(`${name} passwords`),
    }) as unknown as Session;
  const warnings: string[] = [];
  await clearSessionData([fake('a'), fake('b')], (message) => warnings.push(message));
  expect(cleared).toEqual(['a data', 'a storage', 'a passwords', 'b data', 'b storage', 'b passwords']);
  expect(warnings).toEqual([
    'data of the page not cleared: Error: a busy',
    'data of the page not cleared: Error: b busy',
  ]);
});
