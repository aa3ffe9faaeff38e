/** What is watched or heard in a chat of which too much changed to be told one by one: twice in a row. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { messageView } from '../../shared/testing/message-view.ts';
import { closeViewer, openViewer, useViewer } from './media/viewer-store.ts';
import { receiveDeltas } from './session/session-store.ts';
import { stopVoice, toggleVoice, useVoice } from './voice/voice-player.ts';

vi.mock('../ui/toast.tsx', () => ({ showToast: () => undefined }));
vi.hoisted(() => {
  const window = { location: { search: '' }, addEventListener: () => undefined };
  Object.assign(globalThis, { HTMLElement: Object, document: { activeElement: null }, window });
});
const sounds = vi.hoisted(() => ({ now: null as null | { play: () => void; pause: () => void } }));
vi.mock('./voice/sound.ts', () => ({
  Sound: class {
    at = 0;
    length = 1;
    speed = 1;
    readonly #onPlaying: (isSounding: boolean) => void;
    constructor(_loaded: unknown, { onPlaying }: { onPlaying: (isSounding: boolean) => void }) {
      this.#onPlaying = onPlaying;
      sounds.now = this;
    }
    play(): void {
      this.#onPlaying(true);
    }
    pause(): void {
      this.#onPlaying(false);
    }
    end(): void {
      this.pause();
    }
  },
}));

const channel = { channelId: 'g', channelType: 2 };
/** Answers that the core is to give, the oldest question first. */
let answers: ((value: unknown) => void)[] = [];
const there = { ok: true, value: { url: '', mime: '', bytes: new Uint8Array() } };
const gone = { ok: false, code: 'invalidState', message: 'recalled' };
async function answer(at: number, value: unknown): Promise<void> {
  answers[at]?.(value);
  await new Promise((done) => setTimeout(done));
}

beforeEach(() => {
  answers = [];
  const invoke = (): Promise<unknown> => new Promise((resolve) => answers.push(resolve));
  vi.stubGlobal('window', { wukong: { invoke } });
});
afterEach(() => {
  closeViewer();
  stopVoice();
  vi.unstubAllGlobals();
});

const state = () => useVoice.getState().playing?.state;

test('a film goes on only when the last question was answered', async () => {
  const content = { kind: 'video' } as never;
  openViewer(messageView(1, { channel, content }));
  receiveDeltas([{ kind: 'reload', channel }]);
  receiveDeltas([{ kind: 'reload', channel }]);
  await answer(0, there);
  expect(useViewer.getState()).toMatchObject({ isSure: false, viewing: { channel } });
  await answer(1, gone);
  expect(useViewer.getState().viewing).toBeNull();
});

test('the same for what is heard; what is still there goes on', async () => {
  const content = { kind: 'voice', seconds: 1 } as never;
  toggleVoice(messageView(1, { channel, content }));
  await answer(0, there);
  expect(state()).toBe('playing');
  receiveDeltas([{ kind: 'reload', channel }]);
  receiveDeltas([{ kind: 'reload', channel }]);
  await answer(1, there);
  expect(state()).toBe('paused');
  await answer(2, there);
  expect(state()).toBe('playing');
});
