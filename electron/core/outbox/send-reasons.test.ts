import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SendFailure } from '../../../shared/send-failures.ts';
import { en } from '../../../shared/strings/en.ts';
import { zh } from '../../../shared/strings/zh.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { SEND_REASONS, sendReasonOf } from './send-reasons.ts';
import { group, person } from './testing/memory-store.ts';

type Name = keyof typeof SEND_REASONS;

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'outbox.md'), 'utf8');

describe('the table of reason codes', () => {
  it('has all 26 of WuKongIM v2.2', () => {
    expect(Object.keys(SEND_REASONS)).toEqual(Object.keys(ReasonCode));
    expect(Object.values(ReasonCode)).toEqual(Array.from({ length: 26 }, (_, code) => code));
  });

  it('is the one of docs/outbox.md, with the sentences people read', () => {
    const rows = Object.entries(ReasonCode).map(([name, code]) => {
      const { effect, why, whyInGroup = why } = SEND_REASONS[name as Name];
      const said = (
        texts: Pick<ReturnType<typeof zh> | ReturnType<typeof en>, `send.why.${SendFailure}`>,
      ): string => {
        const [one, other] = [texts[`send.why.${why}`], texts[`send.why.${whyInGroup}`]];
        return one === other ? one : `${one} / ${other}`;
      };
      const words = effect === 'sent' ? '|' : `${said(zh())} | ${said(en())}`;
      return `| ${code} | ${name} | ${effect} | ${words} |`;
    });
    const inPage = PAGE.split('\n').filter((line) => /^\| \d+ \| \w+ \|/.test(line));
    expect(inPage).toEqual(rows);
  });

  it('names a code nobody knows, and takes it for the last word', () => {
    expect(sendReasonOf(77, group('g'))).toEqual({ effect: 'final', why: 'rejected', detail: 'reason 77' });
    expect(sendReasonOf(15, person('p'))).toEqual({ effect: 'wait', why: 'serverBusy', detail: null });
  });
});
