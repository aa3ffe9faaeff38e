import type { KeyboardEvent } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { MessageView } from '../../../../shared/domain.ts';
import { messageView } from '../../../../shared/testing/message-view.ts';
import { type FlowCommands, handleFlowKey } from './flow-keys.ts';

const article = {} as HTMLElement;
const message = (patch: Partial<MessageView> = {}): MessageView =>
  messageView(1, { fromUid: 'me', fromName: '我', fromRole: null, own: true, ...patch });

/** Presses a key on the message's row; tells which command ran, and whether the key was used. */
function press(
  key: string,
  on: MessageView | undefined,
  options: { selecting?: boolean; shiftKey?: boolean; ctrlKey?: boolean } = {},
): { ran: string[]; used: boolean } {
  const ran: string[] = [];
  const commands = new Proxy({} as FlowCommands, {
    get: (_target, name: string) =>
      name === 'selecting' ? options.selecting === true : () => void ran.push(name),
  });
  const event = {
    key,
    target: article,
    shiftKey: options.shiftKey === true,
    ctrlKey: options.ctrlKey === true,
    metaKey: false,
    altKey: false,
  } as unknown as KeyboardEvent;
  return { used: handleFlowKey(event, on, article, commands), ran };
}

describe('keys of the flow', () => {
  it.each([
    ['r', 'reply'],
    ['E', 'edit'],
    ['f', 'forward'],
    ['x', 'select'],
    ['Delete', 'remove'],
  ])('%s on an own, sent message: %s', (key, command) => {
    expect(press(key, message())).toEqual({ used: true, ran: [command] });
  });

  it('Enter shows an image, goes on with a file, else follows the quote', () => {
    const file = { kind: 'file' as const, url: 'u', name: 'n', size: 1 };
    const image = { kind: 'image' as const, url: 'u', width: 1, height: 1 };
    for (const content of [file, image]) {
      expect(press('Enter', message({ content }))).toEqual({ used: true, ran: ['openMedia'] });
      expect(press('Enter', message({ content }), { selecting: true }).ran).toEqual([]);
    }
    expect(press('Enter', message())).toEqual({ used: false, ran: [] });
  });

  it('does nothing to a recalled message but walk past it', () => {
    const gone = message({ content: { kind: 'recalled' }, recall: { state: 'pending' } });
    for (const key of ['r', 'e', 'f', 'x', 'Delete']) expect(press(key, gone).ran).toEqual([]);
    expect(press('ArrowUp', gone).ran).toEqual(['step']);
  });

  it('offers nothing that needs the server for a message that never left', () => {
    const unsent = message({ messageId: null, send: { state: 'queued' } });
    for (const key of ['r', 'e', 'f']) expect(press(key, unsent).ran).toEqual([]);
    expect(press('Delete', unsent).ran).toEqual(['remove']);
  });

  it('while selecting only selects, walks and leaves', () => {
    const selecting = true;
    for (const key of ['r', 'e', 'f', 'Delete', 'Enter'])
      expect(press(key, message(), { selecting }).ran).toEqual([]);
    expect(press(' ', message(), { selecting }).ran).toEqual(['select']);
    expect(press('ArrowDown', message(), { selecting, shiftKey: true }).ran).toEqual(['step']);
    expect(press('Escape', undefined, { selecting }).ran).toEqual(['leave']);
  });

  it('copies the message unless a part of its text is marked', () => {
    vi.stubGlobal('window', { getSelection: () => ({ isCollapsed: true }) });
    expect(press('c', message(), { ctrlKey: true }).ran).toEqual(['copy']);
    vi.stubGlobal('window', { getSelection: () => ({ isCollapsed: false }) });
    expect(press('c', message(), { ctrlKey: true })).toEqual({ used: false, ran: [] });
    vi.unstubAllGlobals();
  });
});
