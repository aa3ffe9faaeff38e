/**
 * A voice message that is recorded, one at a time, and what was recorded in each chat and not sent yet. The samples are
 * in memory alone, beside the store, and go when it is sent or thrown away, with the account, and with the page.
 */
import { create } from 'zustand';
import { SAMPLE_RATE } from '../../../shared/content/samples.ts';
import { asBars, inBars } from '../../../shared/content/waveform.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_VOICE_SAMPLES, MIN_VOICE_SAMPLES } from '../../../shared/ipc/contract/limits.ts';
import { t } from '../../i18n/i18n.ts';
import { announce } from '../../ui/live-region.tsx';
import { call } from '../bridge.ts';
import { cancelReply, useComposer } from '../composer/composer-store.ts';
import { attempt } from '../errors.ts';
import { useSession } from '../session/session-store.ts';
import { Microphone, type MicrophoneProblem, problemOf } from './microphone.ts';
import { pauseSounds } from './sound.ts';

/** From here on the time that is left is told. */
export const LAST_SECONDS = 10;
/** Esc asks before it throws away more than this. */
const ASKED_ABOVE_SECONDS = 5;
/** Levels a second: what the meter shows. */
const LEVELS_A_SECOND = 20;
const SAMPLES_A_LEVEL = SAMPLE_RATE / LEVELS_A_SECOND;
/** Bars of what was recorded. */
const PREVIEW_BARS = 60;

export interface Recording {
  channel: ChannelRef;
  key: string;
  /** `asking`: the microphone is being opened. */
  state: 'asking' | 'recording';
  seconds: number;
  /** The newest last, 0 to 1. */
  levels: readonly number[];
  /** It goes on without a hand on it. */
  locked: boolean;
  /** Thrown away only if somebody says so once more. */
  askedToCancel: boolean;
}

export interface Preview {
  seconds: number;
  bars: readonly number[];
  sending: boolean;
}

export type VoiceProblem = MicrophoneProblem | 'short';

interface RecorderState {
  recording: Recording | null;
  /** By channel key. */
  previews: Readonly<Record<string, Preview>>;
  problems: Readonly<Record<string, VoiceProblem>>;
}

export const useRecorder = create<RecorderState>(() => ({ recording: null, previews: {}, problems: {} }));
const get = useRecorder.getState;

/** What is recorded now. */
let microphone: Microphone | null = null;
let pieces: Int16Array[] = [];
let taken = 0;
let loudest = 0;
let counted = 0;
/** What waits to be sent, by channel key. */
const kept = new Map<string, Int16Array<ArrayBuffer>>();
let turn = 0;

function change(next: Partial<Recording>): void {
  useRecorder.setState(({ recording }) => ({ recording: recording && { ...recording, ...next } }));
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

const setProblem = (key: string, problem: VoiceProblem | null): void =>
  useRecorder.setState(({ problems }) => ({
    problems: problem === null ? without(problems, key) : { ...problems, [key]: problem },
  }));

export const dismissProblem = (channel: ChannelRef): void => setProblem(channelKey(channel), null);

/** `locked`: it goes on until somebody ends it; else as long as it is held. What waited in this chat goes. */
export async function startRecording(channel: ChannelRef, locked: boolean): Promise<void> {
  if (get().recording) return;
  const key = channelKey(channel);
  pauseSounds();
  discardPreview(channel);
  setProblem(key, null);
  turn += 1;
  const mine = turn;
  useRecorder.setState({
    recording: { channel, key, state: 'asking', seconds: 0, levels: [], locked, askedToCancel: false },
  });
  try {
    const opened = await Microphone.open(
      (samples) => mine === turn && take(samples),
      () => mine === turn && stopRecording(),
    );
    if (mine !== turn) {
      opened.close();
      return;
    }
    microphone = opened;
    change({ state: 'recording' });
    announce(t('voice.started'));
  } catch (error) {
    if (mine !== turn) return;
    end();
    setProblem(key, problemOf(error));
  }
}

function take(samples: Float32Array): void {
  const { recording } = get();
  if (recording?.state !== 'recording') return;
  const room = Math.min(samples.length, MAX_VOICE_SAMPLES - taken);
  const piece = new Int16Array(room);
  const levels: number[] = [];
  for (let at = 0; at < room; at += 1) {
    const sample = Math.max(-1, Math.min(1, samples[at] ?? 0));
    piece[at] = Math.round(sample * 32_767);
    loudest = Math.max(loudest, Math.abs(sample));
    counted += 1;
    if (counted < SAMPLES_A_LEVEL) continue;
    levels.push(loudest);
    loudest = 0;
    counted = 0;
  }
  pieces.push(piece);
  taken += room;
  if (taken >= MAX_VOICE_SAMPLES) {
    stopRecording();
    announce(t('voice.full'));
    return;
  }
  if (levels.length === 0) return;
  const before = Math.ceil(60 - recording.seconds);
  const seconds = taken / SAMPLE_RATE;
  if (Math.ceil(60 - seconds) === LAST_SECONDS && before > LAST_SECONDS)
    announce(t('voice.left', { n: LAST_SECONDS }));
  change({ seconds, levels: [...recording.levels, ...levels] });
}

/** The microphone is given back; answers what it heard. */
function end(): Int16Array<ArrayBuffer> {
  turn += 1;
  microphone?.close();
  microphone = null;
  const pcm = new Int16Array(taken);
  let at = 0;
  for (const piece of pieces) {
    pcm.set(piece, at);
    at += piece.length;
    piece.fill(0);
  }
  pieces = [];
  taken = 0;
  loudest = 0;
  counted = 0;
  useRecorder.setState({ recording: null });
  return pcm;
}

export const lockRecording = (): void => change({ locked: true });

/** Stopped, to be listened to, sent or thrown away. What is shorter than a second is thrown away and said so. */
export function stopRecording(): boolean {
  const { recording } = get();
  if (!recording) return false;
  const { key, levels, state } = recording;
  const pcm = end();
  if (state === 'asking') return false;
  if (pcm.length < MIN_VOICE_SAMPLES) {
    pcm.fill(0);
    setProblem(key, 'short');
    return false;
  }
  kept.set(key, pcm);
  const preview = {
    seconds: pcm.length / SAMPLE_RATE,
    bars: asBars(inBars(levels, Math.min(PREVIEW_BARS, levels.length))),
    sending: false,
  };
  useRecorder.setState(({ previews }) => ({ previews: { ...previews, [key]: preview } }));
  announce(t('voice.stopped'));
  return true;
}

/** `asks`: above five seconds only when it is said a second time. */
export function cancelRecording(asks = false): void {
  const { recording } = get();
  if (!recording) return;
  if (asks && recording.seconds > ASKED_ABOVE_SECONDS && !recording.askedToCancel) {
    change({ askedToCancel: true });
    return;
  }
  end().fill(0);
  announce(t('voice.cancelled'));
}

export const keepRecording = (): void => change({ askedToCancel: false });

export function discardPreview(channel: ChannelRef): void {
  const key = channelKey(channel);
  kept.get(key)?.fill(0);
  kept.delete(key);
  useRecorder.setState(({ previews }) => ({ previews: without(previews, key) }));
}

/** What was recorded in a chat: for listening to it. */
export const previewSamples = (channel: ChannelRef): Int16Array | undefined => kept.get(channelKey(channel));

/** Sends what is recorded, or what was recorded and waits; with the quote that the composer has. */
export async function sendRecording(channel: ChannelRef): Promise<boolean> {
  const key = channelKey(channel);
  if (get().recording?.key === key) stopRecording();
  const pcm = kept.get(key);
  if (!pcm || get().previews[key]?.sending === true) return false;
  const reply = useComposer.getState().writings[key]?.reply ?? null;
  const replyToMessageId = reply === null || reply.gone ? null : reply.messageId;
  const sending = (on: boolean): void =>
    useRecorder.setState(({ previews }) => {
      const preview = previews[key];
      return preview ? { previews: { ...previews, [key]: { ...preview, sending: on } } } : {};
    });
  sending(true);
  const sent = await attempt(() =>
    call('voice.send', { channel, pcm: new Uint8Array(pcm.buffer), replyToMessageId }),
  );
  sending(false);
  if (!sent) return false;
  if (kept.get(key) === pcm) discardPreview(channel);
  if (reply !== null) cancelReply(channel);
  return true;
}

function forgetAll(): void {
  if (get().recording) end().fill(0);
  for (const pcm of kept.values()) pcm.fill(0);
  kept.clear();
  useRecorder.setState({ previews: {}, problems: {} });
}

useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid || state.phase === 'locking') forgetAll();
});
