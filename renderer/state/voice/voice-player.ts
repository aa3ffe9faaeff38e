/**
 * Voice messages that are heard, one at a time in the whole app (docs/voice.md). Messages are named by key only; the
 * recording is in `Sound` alone, and goes in the update that tells that its message is recalled, or gone.
 */
import { Square } from 'lucide-react';
import { create } from 'zustand';
import { entryOfKey } from '../../../shared/content/history-content.ts';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { t } from '../../i18n/i18n.ts';
import type { VoiceFailure } from '../../text/voice-failure.ts';
import { showToast } from '../../ui/toast.tsx';
import { Newest } from '../answers.ts';
import { call, codeOf } from '../bridge.ts';
import { onOtherFile } from '../media/edited-files.ts';
import { mediaKey } from '../media/transfer-store.ts';
import { ownerOf, watchGone } from '../messages/gone-messages.ts';
import { useHistoryReader } from '../messages/history-reader.ts';
import { useMessageStore } from '../messages/message-store.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import { changeSettings } from '../session/settings.ts';
import { Sound } from './sound.ts';

export const VOICE_SPEEDS = [1, 1.5, 2] as const;
/** Left and Right. */
export const VOICE_STEP_SECONDS = 5;
/** How often the place is told while it sounds. */
const TICK_MS = 100;

export interface Playing {
  channel: ChannelRef;
  key: string;
  /** Of the message, to jump to it. */
  messageSeq: number;
  fromUid: string;
  fromName: string;
  state: 'loading' | 'playing' | 'paused';
  /** Seconds. */
  at: number;
  length: number;
}

interface VoiceState {
  playing: Playing | null;
  /** By `mediaKey`. */
  failures: ReadonlyMap<string, VoiceFailure>;
}

export const useVoice = create<VoiceState>(() => ({ playing: null, failures: new Map() }));
const get = useVoice.getState;

/** What is heard, if it is this message. */
export function usePlaying(channel: ChannelRef, key: string): Playing | null {
  return useVoice(({ playing }) => (playing !== null && isOf(playing, channel, key) ? playing : null));
}

export function useVoiceFailure(channel: ChannelRef, key: string): VoiceFailure | undefined {
  return useVoice(({ failures }) => failures.get(mediaKey(channel, key)));
}

const isOf = (playing: Playing, channel: ChannelRef, key: string): boolean =>
  playing.key === key && channelKey(playing.channel) === channelKey(channel);

export const isPlaying = ({ channel, key }: Pick<MessageView, 'channel' | 'key'>): boolean => {
  const { playing } = get();
  return playing !== null && isOf(playing, channel, key);
};

let sound: Sound | null = null;
let ticking: ReturnType<typeof setInterval> | undefined;
/** Of what is heard: another number, another recording. */
let turn = 0;
/** Keys of what is heard after this one, as they stood when it began. */
let queue: readonly string[] = [];
/** It stands still because nobody knows whether it is still there. */
let isDoubted = false;
const reassured = new Newest();

function change(next: Partial<Playing>): void {
  useVoice.setState(({ playing }) => ({ playing: playing && { ...playing, ...next } }));
}

/** Silence: the recording is given up. */
export function stopVoice(): void {
  turn += 1;
  sound?.end();
  sound = null;
  clearInterval(ticking);
  queue = [];
  isDoubted = false;
  if (get().playing !== null) useVoice.setState({ playing: null });
}

/** Click, Enter or Space on a voice message. */
export function toggleVoice(message: MessageView): void {
  const { playing } = get();
  if (playing && isOf(playing, message.channel, message.key)) togglePlaying();
  else void play(message, true);
}

/** What is heard stands still, or goes on; while it is loaded it is not waited for any more. */
export function togglePlaying(): void {
  const { playing } = get();
  if (playing?.state === 'loading') {
    const { channel, key } = playing;
    stopVoice();
    call('media.cancel', { channel, key }).catch(() => undefined);
  } else if (playing?.state === 'playing') sound?.pause();
  else sound?.play();
}

/** To a place of what is heard, seconds. */
export function seekVoice(seconds: number): void {
  if (!sound) return;
  sound.at = seconds;
  change({ at: sound.at });
}

export function stepVoice(by: number): void {
  const { playing } = get();
  if (playing) seekVoice(playing.at + by);
}

/** The next of the three; kept for all that comes. */
export function nextSpeed(): void {
  const now = VOICE_SPEEDS.indexOf(speedNow());
  const speed = VOICE_SPEEDS[(now + 1) % VOICE_SPEEDS.length] ?? 1;
  if (sound) sound.speed = speed;
  void changeSettings({ voiceSpeed: speed });
}

const speedNow = (): (typeof VOICE_SPEEDS)[number] => useSession.getState().shell?.settings.voiceSpeed ?? 1;

/** `asked`: a person clicked on this one. */
async function play(message: MessageView, asked: boolean): Promise<void> {
  const { channel, content, fromName, fromUid, key, messageSeq, unplayed } = message;
  if (content.kind !== 'voice') return;
  stopVoice();
  const mine = { channel, key };
  fail(mine, null);
  useVoice.setState({
    playing: { ...mine, messageSeq, fromUid, fromName, state: 'loading', at: 0, length: content.seconds },
  });
  queue = unplayed === true ? unplayedAfter(channel, key, fromUid) : [];
  // It may be recalled, or another one begun, before the answer: then nobody waits for it.
  const now = turn;
  try {
    const loaded = await call('voice.load', { ...mine, asked });
    if (now !== turn) return;
    begin(loaded);
    if (unplayed === true) call('voice.played', mine).catch(() => undefined);
  } catch (error) {
    if (now !== turn) return;
    stopVoice();
    const failure = failureOf(error);
    if (failure !== null) fail(mine, failure);
  }
}

function begin(loaded: { mime: string; bytes: Uint8Array }): void {
  sound = new Sound(loaded, {
    onPlaying(isSounding) {
      change({
        state: isSounding ? 'playing' : 'paused',
        length: sound?.length ?? get().playing?.length ?? 0,
      });
      clearInterval(ticking);
      if (isSounding) ticking = setInterval(tick, TICK_MS);
    },
    onEnded: playOn,
    onBroken() {
      const { playing } = get();
      stopVoice();
      if (playing) fail(playing, 'format');
    },
  });
  sound.speed = speedNow();
  sound.play();
}

const tick = (): void => change({ at: sound?.at ?? 0 });

/** The next one of the same sender that nobody has heard. */
function playOn(): void {
  const { playing } = get();
  const rest = queue;
  stopVoice();
  if (!playing) return;
  const { channel, fromUid, key } = playing;
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
  // As the chat stands now, if it is open: what came or went meanwhile counts.
  const next = loaded ? unplayedAfter(channel, key, fromUid)[0] : rest[0];
  if (next === undefined) return;
  const message = loaded?.byKey.get(next);
  if (message) void play(message, false);
  else void playUnseen(playing, next, rest.slice(1));
}

/** One of a chat that was left: its message is not here, the core knows whether it may be heard. */
async function playUnseen(before: Playing, key: string, rest: readonly string[]): Promise<void> {
  const { channel } = before;
  useVoice.setState({ playing: { ...before, key, messageSeq: 0, state: 'loading', at: 0, length: 0 } });
  const now = turn;
  try {
    const loaded = await call('voice.load', { channel, key, asked: false });
    if (now !== turn) return;
    queue = rest;
    begin(loaded);
    call('voice.played', { channel, key }).catch(() => undefined);
  } catch {
    if (now === turn) stopVoice();
  }
}

/** Keys of the sender's voice messages after this one that nobody has heard; only of what is loaded. */
function unplayedAfter(channel: ChannelRef, key: string, fromUid: string): string[] {
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
  // After one that is read in a merged forward nothing of the chat follows.
  if (!loaded || entryOfKey(key)) return [];
  return loaded.keys.slice(loaded.keys.indexOf(key) + 1).filter((each) => {
    const message = loaded.byKey.get(each);
    return message?.fromUid === fromUid && message.content.kind === 'voice' && message.unplayed === true;
  });
}

/** null: nothing to complain about. It was recalled, stopped, or nobody asked for it. */
function failureOf(error: unknown): VoiceFailure | null {
  const code = codeOf(error);
  if (code === 'invalidState') return null;
  if (code === 'notFound') return 'missing';
  const field = error instanceof CodedError ? error.field : undefined;
  if (code === 'refused' && field === 'host') return null;
  return code === 'refused' && field === 'format' ? 'format' : 'network';
}

function fail({ channel, key }: Pick<Playing, 'channel' | 'key'>, failure: VoiceFailure | null): void {
  const id = mediaKey(channel, key);
  const failures = new Map(get().failures);
  if (failure === null ? !failures.delete(id) : false) return;
  if (failure !== null) failures.set(id, failure);
  useVoice.setState({ failures });
}

// Silent in the frame in which the message goes.
watchGone(
  () => {
    const { playing } = get();
    return playing && { channel: playing.channel, keys: [playing.key] };
  },
  ({ recalled }) => {
    stopVoice();
    if (recalled.length > 0) showToast({ text: t('voice.gone'), icon: Square });
  },
);

// An edit made another thing of it: what is heard is not what it says any more.
onOtherFile(({ channel, keys }) => {
  const { playing } = get();
  if (playing && channelKey(playing.channel) === channelKey(channel) && keys.includes(ownerOf(playing.key)))
    stopVoice();
});

// What is read in a merged forward is heard as long as its level is open: nothing else could stop it.
useHistoryReader.subscribe(({ reading }, { reading: before }) => {
  const { playing } = get();
  if (playing && reading !== before && entryOfKey(playing.key)) stopVoice();
});

// Too many changes to be told one by one: silent until the core says that it is still there.
onMessageDelta((deltas) => {
  const { playing } = get();
  if (!playing || playing.state === 'loading') return;
  const { channel, key } = playing;
  const isReloaded = deltas.some(
    (delta) => delta.kind === 'reload' && channelKey(delta.channel) === channelKey(channel),
  );
  if (!isReloaded) return;
  isDoubted ||= playing.state === 'playing';
  const now = turn;
  // (More may have changed since this is asked.)
  const isNewest = reassured.ask();
  sound?.pause();
  const ask = async (): Promise<void> => {
    try {
      await call('voice.load', { channel, key, asked: false });
      if (!isDoubted || now !== turn || !isNewest()) return;
      isDoubted = false;
      sound?.play();
    } catch {
      if (now === turn) stopVoice();
    }
  };
  void ask();
});

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid && state.phase !== 'locking') return;
  stopVoice();
  useVoice.setState({ failures: new Map() });
});
