import { z } from 'zod';
import { NAMED_KINDS } from './named-content.ts';

/** What a line of text about a message is a digest of, so that the interface can word it in its own language. */
export const ContentKind = z.enum([
  'text',
  'image',
  'file',
  'voice',
  'video',
  'system',
  'noticeMembers',
  'noticeSystem',
  'pinned',
  ...NAMED_KINDS,
  'unsupported',
  'covered',
]);
export type ContentKind = z.infer<typeof ContentKind>;
