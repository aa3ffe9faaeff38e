import { describe, expect, it } from 'vitest';
import { reachedSeq } from './reached-seq.ts';

/** Rows of the message_seqs 11, 12, 14, 15, …: 13 is a hidden one. */
const rows = [11, 12, 14, 15, 16, 17, 18, 19].map((messageSeq) => ({ messageSeq }));
const view = (startIndex: number, endIndex: number, hasOlder = true) => ({
  rows,
  inView: { startIndex, endIndex },
  hasOlder,
  offline: false,
});

describe('how far somebody has read', () => {
  it('goes on from what was read, up to the last row that is seen whole', () => {
    expect(reachedSeq(view(0, 3), 11)).toBe(14);
    expect(reachedSeq(view(1, 4), 12)).toBe(15);
  });
  it('goes on where the row above was the last one, whatever is hidden between them', () => {
    expect(reachedSeq(view(2, 5), 12)).toBe(16);
    expect(reachedSeq(view(2, 5), 13)).toBe(16);
  });
  it('does not go over what was never seen', () => {
    expect(reachedSeq(view(4, 7), 12)).toBe(12);
    expect(reachedSeq(view(0, 3), 5)).toBe(5);
  });
  it('begins with the chat', () => {
    expect(reachedSeq(view(0, 3, false), 0)).toBe(14);
  });
  it('never goes back, and knows nothing before there is a view', () => {
    expect(reachedSeq(view(0, 3), 19)).toBe(19);
    expect(reachedSeq({ ...view(0, 0, false), inView: null }, 4)).toBe(4);
    expect(reachedSeq({ ...view(0, 0, false), rows: [] }, 4)).toBe(4);
  });
  it('takes no own message that is not sent yet for a place', () => {
    const waiting = [{ messageSeq: 0 }, { messageSeq: 0 }];
    expect(reachedSeq({ ...view(8, 9), rows: [...rows, ...waiting] }, 12)).toBe(12);
  });
  it('counts all of an album, and of folded lines', () => {
    const album = { messageSeq: 12, messages: [12, 14, 15].map((messageSeq) => ({ messageSeq })) };
    const after = [{ messageSeq: 11 }, album, { messageSeq: 13 }, { messageSeq: 16 }];
    expect(reachedSeq({ ...view(0, 2), rows: after }, 11)).toBe(15);
    expect(reachedSeq({ ...view(0, 3), rows: after, offline: true }, 11)).toBe(15);
    expect(reachedSeq({ ...view(0, 1), rows: after }, 11)).toBe(11);
  });
  it('goes over nothing that may be missing while the server cannot be asked', () => {
    const cached = [9, 10, 11, 131, 132, 133].map((messageSeq) => ({ messageSeq }));
    const seen = (startIndex: number, endIndex: number, read: number): number =>
      reachedSeq({ ...view(startIndex, endIndex), rows: cached, offline: true }, read);
    expect(seen(0, 5, 9)).toBe(11);
    expect(seen(2, 5, 11)).toBe(11);
    expect(seen(3, 5, 11)).toBe(11);
    expect(seen(3, 5, 131)).toBe(132);
  });
});
