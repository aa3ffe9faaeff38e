/**
 * What is being written, per conversation: text, picked mentions, quote, edit mode. Kept while the window is open;
 * texts are saved as drafts 300 ms after typing, and every two seconds meanwhile. The preview of a quote is never kept
 * here: the bar reads it live from the message store, so that a recall takes it away at once.
 */
import { create } from 'zustand';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import { MAX_DRAFT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import type { ReeditContent } from '../../../shared/ipc/contract/messages.ts';
import { t } from '../../i18n/i18n.ts';
import { call } from '../bridge.ts';
import { onLiveEvent } from '../messages/live-event.ts';
import { onDraftElsewhere, useSession } from '../session/session-store.ts';
import { showToast } from '../../ui/toast.tsx';
import {
  mentionsOf,
  namesOf,
  type PickedMention,
  pickedFrom,
  pickedIn,
  picksAfter,
  type Unseen,
} from './mention-tokens.ts';

export interface ReplyTarget {
  messageId: string;
  fromName: string;
  /** The quoted message was recalled: the text will go without a quote. */
  gone: boolean;
}

export interface Writing {
  text: string;
  picked: readonly PickedMention[];
  reply: ReplyTarget | null;
  /** Own message being edited; `before` is what was written until then and comes back afterwards. */
  editing: {
    key: string;
    messageId: string | null;
    /** What the message said when the edit began, or says since. */
    original: string;
    before: { text: string; picked: readonly PickedMention[] };
    /** Whom it mentions without showing it. */
    unseen: Unseen;
    /** By which its mentions are found. */
    names: readonly PickedMention[];
  } | null;
  /** Grows when the text was set from outside, so that the caret goes to its end. */
  revision: number;
  /** Grows when undo may not bring back what was written until now, though what stands here stays. */
  past: number;
}

export const emptyWriting: Writing = {
  text: '',
  picked: [],
  reply: null,
  editing: null,
  revision: 0,
  past: 0,
};

const DRAFT_DELAY_MS = 300;
/** Whoever types without a pause loses no more when the computer stops. */
const DRAFT_LATEST_MS = 2_000;

interface ComposerState {
  writings: Readonly<Record<string, Writing>>;
  /** Drafts of other devices that came while something else stood under the cursor: offered, never put in its place. */
  elsewhere: Readonly<Record<string, string>>;
}

export const useComposer = create<ComposerState>(() => ({ writings: {}, elsewhere: {} }));

const writingOf = (key: string): Writing => useComposer.getState().writings[key] ?? emptyWriting;

/** Drafts that are not saved yet. */
const unsaved = new Map<string, { channel: ChannelRef; timer: number; dueAt: number }>();

function update(
  channel: ChannelRef,
  change: Partial<Writing>,
  options: { outside?: boolean; save?: boolean } = {},
): void {
  const key = channelKey(channel);
  const current = writingOf(key);
  const next: Writing = { ...current, ...change, revision: current.revision + (options.outside ? 1 : 0) };
  useComposer.setState((state) => ({ writings: { ...state.writings, [key]: next } }));
  if (options.save === false) return;
  const waiting = unsaved.get(key);
  window.clearTimeout(waiting?.timer);
  const at = performance.now();
  const dueAt = waiting?.dueAt ?? at + DRAFT_LATEST_MS;
  const inMs = Math.max(0, Math.min(DRAFT_DELAY_MS, dueAt - at));
  unsaved.set(key, { channel, timer: window.setTimeout(() => saveDraft(channel), inMs), dueAt });
}

/** Saves the draft now; what is edited is not a draft, what was written before it is. */
export function saveDraft(channel: ChannelRef): void {
  void storeDraft(channel);
}

/** Before the app ends: everything that was typed is with the core, or the answer is false. */
export async function saveAllDrafts(): Promise<boolean> {
  const saved = await Promise.all([...unsaved.values()].map(({ channel }) => storeDraft(channel)));
  return saved.every(Boolean);
}

async function storeDraft(channel: ChannelRef): Promise<boolean> {
  const key = channelKey(channel);
  window.clearTimeout(unsaved.get(key)?.timer);
  if (!unsaved.delete(key)) return true;
  const writing = writingOf(key);
  const { text, picked } = writing.editing ? writing.editing.before : writing;
  const draft: DraftContent = {
    text: text.trim() ? text : '',
    mention: mentionsOf(text, picked),
    mentionNames: namesOf(picked),
    replyToMessageId: writing.reply && !writing.reply.gone ? writing.reply.messageId : null,
  };
  if (text.length > MAX_DRAFT_LENGTH) {
    showToast({ tone: 'error', text: t('composer.draftTooLong') });
    notSaved(channel);
    return false;
  }
  try {
    await call('drafts.set', { channel, draft });
    return true;
  } catch {
    // Logged by `call`; the words are still in the composer and saved again with the next key.
    if (!unsaved.has(key)) notSaved(channel);
    return false;
  }
}

/** Tried again with the next key, and not at every one. */
function notSaved(channel: ChannelRef): void {
  unsaved.set(channelKey(channel), { channel, timer: 0, dueAt: performance.now() + DRAFT_LATEST_MS });
}

/** It is written in another window from now on; saved before. */
export function forgetWriting(channel: ChannelRef): void {
  const key = channelKey(channel);
  window.clearTimeout(unsaved.get(key)?.timer);
  unsaved.delete(key);
  useComposer.setState(({ writings: { [key]: _gone, ...writings }, elsewhere }) => ({
    writings,
    elsewhere: ofKey(elsewhere, key, null),
  }));
}

/** Reads the stored draft when a conversation is opened for the first time in this window. */
export async function loadDraft(channel: ChannelRef): Promise<void> {
  const key = channelKey(channel);
  if (useComposer.getState().writings[key]) return;
  const draft = await call('drafts.get', { channel }).catch(() => null);
  // Whoever began to write meanwhile keeps that.
  if (draft && !useComposer.getState().writings[key]) fill(channel, draft);
}

function fill(channel: ChannelRef, draft: DraftContent): void {
  const picked = pickedFrom(draft.mention, draft.mentionNames, t('composer.mentionAll'));
  const reply = draft.replyToMessageId
    ? { messageId: draft.replyToMessageId, fromName: '', gone: false }
    : null;
  update(channel, { text: draft.text, picked, reply }, { outside: true, save: false });
}

export function setText(channel: ChannelRef, text: string, picked?: readonly PickedMention[]): void {
  const before = writingOf(channelKey(channel));
  update(channel, { text, picked: picked ?? picksAfter(before.text, text, before.picked) });
}

export function startReply(channel: ChannelRef, message: MessageView): void {
  if (message.messageId === null) return;
  const reply = { messageId: message.messageId, fromName: message.fromName, gone: false };
  const { editing } = writingOf(channelKey(channel));
  if (editing) update(channel, { ...editing.before, editing: null, reply }, { outside: true });
  else update(channel, { reply });
}

export function cancelReply(channel: ChannelRef): void {
  update(channel, { reply: null });
}

export function startEdit(channel: ChannelRef, message: MessageView, names: readonly PickedMention[]): void {
  if (message.content.kind !== 'text') return;
  const { text, picked, editing } = writingOf(channelKey(channel));
  const before = editing?.before ?? { text, picked };
  const { content, key, messageId } = message;
  const { mention } = content;
  const shown = pickedIn(content.text, mention, names, t('composer.mentionAll'));
  update(
    channel,
    {
      text: content.text,
      picked: shown.picked,
      editing: { key, messageId, original: content.text, before, unseen: shown.unseen, names },
    },
    { outside: true },
  );
}

/** Leaves edit mode; what was written before comes back. */
export function endEdit(channel: ChannelRef): void {
  const { editing } = writingOf(channelKey(channel));
  if (editing) update(channel, { ...editing.before, editing: null }, { outside: true });
}

/** The message is on its way: empties the composer and its draft. */
export function clearWriting(channel: ChannelRef): void {
  update(channel, { text: '', picked: [], reply: null, editing: null }, { outside: true });
  saveDraft(channel);
}

/** Sending failed before the words were stored: they come back, in front of what was written meanwhile. */
export function restoreWriting(channel: ChannelRef, lost: Writing): void {
  const now = writingOf(channelKey(channel));
  const text = now.text.trim() ? `${lost.text}\n${now.text}` : lost.text;
  update(
    channel,
    { text, picked: [...lost.picked, ...now.picked], reply: now.reply ?? lost.reply, editing: null },
    { outside: true },
  );
}

export function hasDraft(channel: ChannelRef): boolean {
  const writing = writingOf(channelKey(channel));
  return writing.editing !== null || writing.text.trim() !== '';
}

/** Puts the words of an own recalled message back into the composer (重新编辑). */
export function fillFromReedit(channel: ChannelRef, content: ReeditContent, how: 'replace' | 'append'): void {
  const writing = writingOf(channelKey(channel));
  const picked = pickedFrom(content.mention, content.mentionNames, t('composer.mentionAll'));
  const base = writing.editing ? writing.editing.before : writing;
  const append = how === 'append' && base.text.trim() !== '';
  update(
    channel,
    {
      text: append ? `${base.text}\n${content.text}` : content.text,
      picked: append ? [...base.picked, ...picked] : picked,
      reply: content.replyTo
        ? { messageId: content.replyTo.messageId, fromName: '', gone: false }
        : append
          ? writing.reply
          : null,
      editing: null,
    },
    { outside: true },
  );
}

/**
 * What becomes of a message reaches what is being written. Recalled or removed: the quote is dropped, an edit ends.
 * What was typed in it stays as a draft, but of a message that is removed not its own words. Edited elsewhere: an edit
 * that was not begun yet starts from the new words.
 */
onLiveEvent(({ channel, recalledIds, removedIds, edited }) => {
  if (recalledIds.length + removedIds.length + edited.length === 0) return;
  const key = channelKey(channel);
  const writing = useComposer.getState().writings[key];
  if (!writing) return;
  const { reply } = writing;
  if (reply && (recalledIds.includes(reply.messageId) || removedIds.includes(reply.messageId))) {
    update(channel, { reply: { ...reply, gone: true } });
  }
  const editing = writing.editing;
  if (!editing?.messageId) return;
  if (removedIds.includes(editing.messageId) && writing.text === editing.original) {
    endEdit(channel);
    showToast({ text: t('composer.editGone') });
  } else if (recalledIds.includes(editing.messageId) || removedIds.includes(editing.messageId)) {
    update(channel, { editing: null, past: writing.past + 1 });
    showToast({ text: t('composer.editGone') });
  } else {
    const message = edited.find((one) => one.key === editing.key);
    if (message?.content.kind !== 'text') return;
    const { text: original, mention } = message.content;
    if (writing.text !== editing.original) {
      update(channel, { editing: { ...editing, original }, past: writing.past + 1 });
      return;
    }
    const { picked, unseen } = pickedIn(original, mention, editing.names, t('composer.mentionAll'));
    const change = { text: original, picked, editing: { ...editing, original, unseen } };
    update(channel, change, { outside: true });
  }
});

/** The channel whose words are under the cursor of this window. */
let focused: string | null = null;
export function setComposerFocus(channel: ChannelRef, on: boolean): void {
  const key = channelKey(channel);
  if (on) focused = key;
  else if (focused === key) focused = null;
}

const ofKey = (elsewhere: Readonly<Record<string, string>>, key: string, text: string | null) =>
  text === null
    ? Object.fromEntries(Object.entries(elsewhere).filter(([each]) => each !== key))
    : { ...elsewhere, [key]: text };

function offerElsewhere(channel: ChannelRef, text: string | null): void {
  useComposer.setState(({ elsewhere }) => ({ elsewhere: ofKey(elsewhere, channelKey(channel), text) }));
}

/** Puts the draft of another device behind what is written here, or forgets it. */
export function answerElsewhere(channel: ChannelRef, how: 'append' | 'drop'): void {
  const key = channelKey(channel);
  const other = useComposer.getState().elsewhere[key];
  offerElsewhere(channel, null);
  if (how === 'drop' || other === undefined) return;
  const { text } = writingOf(key);
  update(channel, { text: text.trim() === '' ? other : `${text}\n${other}` }, { outside: true });
}

/**
 * Another device wrote the draft: shown, unless something of this window is not saved yet, or its words are under the
 * cursor. Those stay, are the draft again, and the other's are offered beside them.
 */
async function takeDraft(channel: ChannelRef): Promise<void> {
  const key = channelKey(channel);
  const writing = useComposer.getState().writings[key];
  if (!writing) return loadDraft(channel);
  const draft = await call('drafts.get', { channel });
  const now = writingOf(key);
  const written = now.editing ? now.editing.before.text : now.text;
  const other = draft?.text ?? '';
  if (other === written) return;
  const busy = unsaved.has(key) || now !== writing || now.editing !== null;
  if (written.trim() !== '' && (busy || (focused === key && document.hasFocus()))) {
    if (other.trim() !== '') offerElsewhere(channel, other);
    // Saves what stands here: the store has the other's words now.
    update(channel, {});
    return;
  }
  if (busy) return;
  fill(
    channel,
    draft ?? { text: '', mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: null },
  );
}

// A failure is logged by `call`; the draft is read again in the next window.
onDraftElsewhere((channel) => void takeDraft(channel).catch(() => undefined));

// Words belong to an account: another one starts empty.
useSession.subscribe((state, previous) => {
  if (state.me?.uid === previous.me?.uid) return;
  for (const { timer } of unsaved.values()) window.clearTimeout(timer);
  unsaved.clear();
  useComposer.setState({ writings: {}, elsewhere: {} });
});
