import type { Session } from 'electron';
import { expect, it, vi } from 'vitest';
import { clearSessionData, keepNoHttpCache } from './session-data.ts';

const switches = vi.hoisted(() => [] as string[]);
vi.mock('electron', () => ({
  app: { commandLine: { appendSwitch: (name: string) => switches.push(name) } },
}));

it('switches the HTTP cache off', () => {
  keepNoHttpCache();
  expect(switches).toEqual(['disable-http-cache']);
});

it('clears cache and storage; one failing does not keep the other', async () => {
  const clearStorageData = vi.fn<() => Promise<void>>(async () => undefined);
  const session = { clearCache: async () => Promise.reject(new Error('busy')), clearStorageData };
  const warnings: string[] = [];
  await clearSessionData(session as unknown as Session, (message) => warnings.push(message));
  expect(clearStorageData).toHaveBeenCalledOnce();
  expect(warnings).toEqual(['data of the page not cleared: Error: busy']);
});
