/** What the shell and the core have sent: one snapshot, changed only by `applyDeltas`, one update per batch. */
import { create } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type {
  ChannelInfoView,
  ChannelRef,
  ConnectionState,
  ConversationView,
  Me,
  MemberView,
  ServerRules,
  TypingView,
} from '../../../shared/domain.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import { channelKey } from '../../../shared/domain.ts';
import type { AvatarView } from '../../../shared/ipc/contract/avatars.ts';
import type { ExportProgress } from '../../../shared/ipc/contract/chat-export.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { WHOLE_MEMBER_LIST } from '../../../shared/ipc/contract/limits.ts';
import type { Bootstrap } from '../../../shared/ipc/contract/session.ts';
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import { NOBODY, type Self } from '../../../shared/strings/worded-system-line.ts';
import { Emitter } from '../../../shared/emitter.ts';
import { forgetSoon, takesAway } from '../forget.ts';
import { type SessionData, applyDeltas, emptySession, fromBootstrap } from './session-data.ts';

export type Phase =
  /** Waiting for the shell's first answer. */
  | 'starting'
  | 'signedOut'
  /** An account is open, its core has not answered yet. */
  | 'opening'
  | 'ready'
  /** The app is about to be locked: nothing is on the screen. */
  | 'locking'
  | 'locked'
  | 'failed';

export interface SessionState extends SessionData {
  phase: Phase;
  shell: ShellState | null;
}

export const useSession = create<SessionState>(() => ({ phase: 'starting', shell: null, ...emptySession }));

/** Deltas about messages, for the message store. */
export type MessageDelta = Extract<CoreDelta, { kind: 'messages' | 'reload' }>;
const messageDeltas = new Emitter<MessageDelta[]>();

/** Tells the message deltas of a batch, in order. */
export const onMessageDelta = messageDeltas.on;

const transferReports = new Emitter<readonly TransferView[]>();

/** Reports about uploads and downloads, which nobody keeps but their own store. */
export const onTransfers = transferReports.on;

const draftsElsewhere = new Emitter<ChannelRef>();

/** The draft of a channel was written on another device. */
export const onDraftElsewhere = draftsElsewhere.on;

/** Favourites and reminders that came, went, or say something else. */
export type BookmarkDelta = Extract<CoreDelta, { kind: 'bookmarks' }>;
const bookmarkDeltas = new Emitter<BookmarkDelta>();

export const onBookmarks = bookmarkDeltas.on;

/** All that is pinned in a chat. */
const pinDeltas = new Emitter<Extract<CoreDelta, { kind: 'pins' }>>();

export const onPins = pinDeltas.on;

/** How far an export is; null = none runs (any more). */
const exportProgress = new Emitter<ExportProgress | null>();

export const onExport = exportProgress.on;

const pictures = new Emitter<readonly AvatarView[]>();

/** Pictures of people and groups came, changed or went. */
export const onPictures = pictures.on;

/** What the server refused after it was shown as done. */
export type RefusedAction = Extract<CoreDelta, { kind: 'actionRefused' }>;
const refusedActions = new Emitter<RefusedAction>();

export const onActionRefused = refusedActions.on;

export function setShell(shell: ShellState): void {
  useSession.setState({ shell });
}

export function setBootstrap(bootstrap: Bootstrap): void {
  useSession.setState({ ...fromBootstrap(bootstrap), phase: 'ready' });
}

/** Forgets everything of the account; `phase` says what the screen shows next. */
export function resetSession(phase: Phase): void {
  useSession.setState({ ...emptySession, phase });
}

/** Applies one batch: one store update, then the message store. */
export function receiveDeltas(deltas: CoreDelta[]): void {
  useSession.setState((state) => applyDeltas(state, deltas));
  const messages = deltas.filter(
    (delta): delta is MessageDelta => delta.kind === 'messages' || delta.kind === 'reload',
  );
  if (messages.length > 0) messageDeltas.emit(messages);
  if (deltas.some(takesAway)) forgetSoon();
  for (const delta of deltas) {
    if (delta.kind === 'actionRefused') refusedActions.emit(delta);
    if (delta.kind === 'draft') draftsElsewhere.emit(delta.channel);
    if (delta.kind === 'bookmarks') bookmarkDeltas.emit(delta);
    if (delta.kind === 'pins') pinDeltas.emit(delta);
    if (delta.kind === 'export') exportProgress.emit(delta.progress);
    if (delta.kind === 'avatars') pictures.emit(delta.avatars);
    if (delta.kind === 'transfers') transferReports.emit(delta.transfers);
  }
}

export function setChannelInfo(info: ChannelInfoView): void {
  receiveDeltas([{ kind: 'channelInfo', info }]);
}

export function setMembers(channel: ChannelRef, members: MemberView[]): void {
  receiveDeltas([{ kind: 'members', channel, members }]);
}

/** Further members of a group of which the page holds only some. */
export function addMembers(channel: ChannelRef, found: readonly MemberView[]): void {
  const known = useSession.getState().members.get(channelKey(channel)) ?? NO_MEMBERS;
  const added = found.filter(({ uid }) => known.every((member) => member.uid !== uid));
  if (added.length > 0) setMembers(channel, [...known, ...added]);
}

// ---- selectors ---------------------------------------------------------------------------------------------

export const useMe = (): Me | null => useSession((state) => state.me);
const selves = new WeakMap<Me, Self>();
/** Who is 你 in a line of the server. */
export const useSelf = (): Self => useSession(selfOf);
export const currentSelf = (): Self => selfOf(useSession.getState());
function selfOf({ me }: Pick<SessionData, 'me'>): Self {
  if (!me) return NOBODY;
  const known = selves.get(me) ?? { uid: me.uid, name: me.name };
  selves.set(me, known);
  return known;
}
export const useConnection = (): ConnectionState => useSession((state) => state.connection);
export const useRules = (): ServerRules | null => useSession((state) => state.rules);
/** A conversation without the words of its last message and of its draft: only the list's row reads those. */
export type ConversationHead = Omit<ConversationView, 'preview' | 'draft'>;
const heads = new WeakMap<ConversationView, ConversationHead>();

export function headOf(row: ConversationView): ConversationHead {
  const known = heads.get(row);
  if (known) return known;
  const { preview: _preview, draft: _draft, ...head } = row;
  heads.set(row, head);
  return head;
}
export const useConversation = (key: string | null): ConversationHead | undefined =>
  useSession((state) => {
    const row = key === null ? undefined : state.conversations.get(key);
    return row && headOf(row);
  });
/** All conversations in the order of the list, without words. */
export const useConversations = (): readonly ConversationHead[] =>
  useSession(
    useShallow((state) =>
      state.order
        .map((key) => state.conversations.get(key))
        .filter(isRow)
        .map(headOf),
    ),
  );
const isRow = (row: ConversationView | undefined): row is ConversationView => row !== undefined;
export const useChannelInfo = (key: string | null): ChannelInfoView | undefined =>
  useSession((state) => (key === null ? undefined : state.infos.get(key)));
/** The page holds only some of its members: the others are looked for in the core. */
export const isLargeGroup = (info: ChannelInfoView | undefined): boolean =>
  (info?.memberCount ?? 0) > WHOLE_MEMBER_LIST;
const NO_MEMBERS: readonly MemberView[] = [];
export const useMembers = (key: string | null): readonly MemberView[] =>
  useSession((state) => (key === null ? NO_MEMBERS : (state.members.get(key) ?? NO_MEMBERS)));
const NO_TYPING: readonly TypingView[] = [];
/** Who is typing in a channel, not expired at the last `typingTick`. */
export const useTyping = (key: string | null): readonly TypingView[] =>
  useSession((state) => (key === null ? NO_TYPING : (state.typing.get(key) ?? NO_TYPING)));
