import { expect, test } from 'vitest';
import { emptyWindow, type MessageWindow } from '../../../state/messages/message-window.ts';
import { OfWindow } from './of-window.ts';

test('works a value out once for each state of the loaded messages, also after another one', () => {
  const asked: (MessageWindow | undefined)[] = [];
  const size = new OfWindow((window) => {
    asked.push(window);
    return window?.keys.length ?? -1;
  });
  const one: MessageWindow = { ...emptyWindow, keys: ['a'] };
  expect([
    size.of(undefined),
    size.of(emptyWindow),
    size.of(emptyWindow),
    size.of(one),
    size.of(one),
  ]).toEqual([-1, 0, 0, 1, 1]);
  expect(size.of(emptyWindow)).toBe(0);
  expect(asked).toEqual([undefined, emptyWindow, one, emptyWindow]);
});
