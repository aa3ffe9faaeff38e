import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { isUploading, shareOf } from './transfers.ts';

const message = (
  content: MessageView['content'],
  state: 'queued' | 'sending' | 'sent',
): Pick<MessageView, 'content' | 'send'> => ({ content, send: { state } });
const file = (url: string) => ({ kind: 'file' as const, url, name: 'a', size: 1 });
const uploading = (value: Pick<MessageView, 'content' | 'send'>) => isUploading(value as MessageView);

describe('transfers', () => {
  it('have a share once something has moved and the size is known', () => {
    expect(shareOf(undefined)).toBeNull();
    expect(shareOf({ doneBytes: 0, totalBytes: 100 })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: null })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: 0 })).toBeNull();
    expect(shareOf({ doneBytes: 50, totalBytes: 200 })).toBe(0.25);
    expect(shareOf({ doneBytes: 300, totalBytes: 200 })).toBe(1);
  });
  it('are uploads only while an own attachment has no address', () => {
    expect(uploading(message(file(''), 'queued'))).toBe(true);
    expect(uploading(message(file(''), 'sending'))).toBe(true);
    expect(uploading(message(file('file/preview/x'), 'sending'))).toBe(false);
    expect(uploading(message(file(''), 'sent'))).toBe(false);
    expect(uploading(message({ kind: 'unsupported', type: 0 }, 'queued'))).toBe(false);
  });
});
