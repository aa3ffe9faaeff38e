/** The log of recalls and the leak check. */
import { z } from 'zod';
import { Nothing } from './arguments.ts';
import { call } from './channel.ts';

/** The places that a recall empties and that the log of recalls names. */
export const RECALL_SURFACES = [
  'bubbles',
  'preview',
  'quotes',
  'search',
  'unread',
  'media',
  'outbox',
] as const;
export type RecallSurface = (typeof RECALL_SURFACES)[number];

export const RecallLogEntry = z.object({
  atMs: z.number(),
  source: z.enum(['own', 'cmd', 'notice', 'history', 'conversation', 'extra']),
  /** From the first sign of the recall to the commit of its erasure. */
  tookMs: z.number(),
  /** Where it was, and is no more; empty when nothing of it was on this computer. */
  surfaces: z.array(z.enum(RECALL_SURFACES)).default([]),
});
export type RecallLogEntry = z.infer<typeof RecallLogEntry>;

/** The places a recalled text could hide in, in the order of ui.md 4 (settings, leak check). */
export const LEAK_SURFACES = [
  'bubbles',
  'preview',
  'quotes',
  'search',
  'notifications',
  'unread',
  'media',
  'disk',
] as const;

export const LeakCheck = z.object({
  checkedAtMs: z.number(),
  lastRecall: RecallLogEntry.nullable(),
  /** How many recalled messages were checked. */
  recalls: z.int(),
  surfaces: z.array(
    z.object({
      surface: z.enum(LEAK_SURFACES),
      ok: z.boolean(),
      /** Cleared places, removed entries, bytes found … what `surface` counts. */
      count: z.int(),
      /** Residue was found and erased. */
      repaired: z.boolean(),
    }),
  ),
});
export type LeakCheck = z.infer<typeof LeakCheck>;

export const recallContract = {
  /** Looks for residue of recalled messages in cache, index, files of the profile and shown notifications. */
  'recall.leakCheck': call(Nothing, LeakCheck),
} as const;
