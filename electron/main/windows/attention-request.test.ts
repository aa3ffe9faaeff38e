import type { BrowserWindow } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AttentionRequest } from './attention-request.ts';

const calls = vi.hoisted(() => [] as unknown[]);
vi.mock('electron', () => ({
  app: {
    dock: {
      bounce: (type: string) => {
        calls.push(['bounce', type]);
        return 7;
      },
      cancelBounce: (id: number) => calls.push(['cancel', id]),
    },
  },
}));

let focused: boolean;
let wanted: boolean;
const window = {
  isFocused: () => focused,
  flashFrame: (on: boolean) => calls.push(['flash', on]),
} as unknown as BrowserWindow;
const on = (platform: NodeJS.Platform): AttentionRequest =>
  new AttentionRequest(
    () => window,
    () => wanted,
    platform,
  );

beforeEach(() => {
  calls.length = 0;
  focused = false;
  wanted = true;
});

describe('attention is asked for', () => {
  it.each(['win32', 'linux'] as const)(
    'once, by the task bar button, until somebody comes: %s',
    (platform) => {
      const request = on(platform);
      request.start();
      request.start();
      request.end();
      request.end();
      request.start();
      expect(calls).toEqual([
        ['flash', true],
        ['flash', false],
        ['flash', true],
      ]);
    },
  );

  it('by the dock icon, once and not until it is answered', () => {
    const request = on('darwin');
    request.start();
    request.start();
    request.end();
    expect(calls).toEqual([
      ['bounce', 'informational'],
      ['cancel', 7],
    ]);
  });

  it('not while the window is in front, nor where the settings say no', () => {
    const request = on('win32');
    focused = true;
    request.start();
    focused = false;
    wanted = false;
    request.start();
    request.end();
    expect(calls).toEqual([]);
  });
});
