/** Export of a chat into a file of the user's (docs/chat-export.md). */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';

export const EXPORT_FORMATS = ['html', 'txt', 'json'] as const;
export const ExportFormat = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Unix seconds, inclusive / exclusive; null = open. */
export const ExportRange = z.object({
  channel: ChannelRef,
  since: z.number().nullable(),
  until: z.number().nullable(),
});
export type ExportRange = z.infer<typeof ExportRange>;

export const ExportPlan = z.object({
  /** Lines with content, as far as they are on this computer. */
  messages: z.int(),
  /** Recalled ones: a line without content each. */
  recalled: z.int(),
  /** Of images and files; what is not on this computer is estimated. */
  mediaBytes: z.int(),
  /** So many message_seqs of the chat are not on this computer: the server is asked for them first. */
  elsewhere: z.int(),
});
export type ExportPlan = z.infer<typeof ExportPlan>;

/** `reading` history from the server, `writing` messages with their files. */
export const ExportProgress = z.object({
  channel: ChannelRef,
  phase: z.enum(['reading', 'writing']),
  done: z.int(),
  total: z.int(),
});
export type ExportProgress = z.infer<typeof ExportProgress>;

export const Exported = z.object({
  messages: z.int(),
  recalled: z.int(),
  /** Images and files that could not be had: their lines say so. */
  missingFiles: z.int(),
  /** false: the server could not be asked for all of the range. */
  complete: z.boolean(),
});
export type Exported = z.infer<typeof Exported>;

export const chatExportContract = {
  'export.plan': query(ExportRange, ExportPlan),
  /** What runs; null = nothing. */
  'export.progress': query(Nothing, ExportProgress.nullable()),
  /** Ends it and erases what was written. */
  'export.cancel': call(Nothing, Done),
} as const;
