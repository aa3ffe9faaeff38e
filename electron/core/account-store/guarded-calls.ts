/**
 * The calls of the store as everybody sees them: each looks the store behind it up anew, because that may have been
 * replaced, and is watched over (`CallGuard`); some are refused, or answer nothing, while the account is read-only.
 */
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Store } from './store-api.ts';
import type { StoreCore } from './store-core.ts';

type Group =
  | 'messages'
  | 'conversations'
  | 'people'
  | 'outbox'
  | 'media'
  | 'bookmarks'
  | 'pins'
  | 'packs'
  | 'reactions'
  | 'state';
type Single =
  | 'search'
  | 'searchKinds'
  | 'searchStep'
  | 'searchKindsStep'
  | 'checkpoint'
  | 'vacuum'
  | 'indexBytes'
  | 'diagnostics';
type Call = (...args: unknown[]) => unknown;
type CallNames = { readonly [G in Group]?: readonly (keyof Store[G])[] };

/**
 * What a read-only store refuses: everything that would have to survive a restart. What the server says is still
 * taken in (in memory), so that a recall is never shown late because a disk is full.
 */
const REFUSED_READ_ONLY: CallNames = {
  outbox: [
    'addSend',
    'addSends',
    'addRecall',
    'addRecalls',
    'addAction',
    'setDraft',
    'addDraftFile',
    'replaceDraftFile',
    'removeDraftFiles',
  ],
  conversations: ['markReadHere', 'setNotice'],
  messages: ['openFlame'],
  pins: ['ask', 'askClear'],
  reactions: ['ask'],
  bookmarks: ['addFavourite', 'setReminder', 'remove', 'takeDue', 'forgetGone'],
};
/** Jobs are left alone: their outcome could not be written down. */
const EMPTY_READ_ONLY: CallNames = {
  outbox: ['nextSends', 'heldBack', 'pendingUploads', 'recallJobs', 'actionJobs'],
};

export interface CallGuard {
  readonly core: StoreCore;
  readonly readOnly: boolean;
  /** Runs a call, again after a repair; `refusedReadOnly`: not when the disk turned out to take no writes. */
  run<T>(call: () => T, refusedReadOnly: boolean): T;
  /** A call is done. */
  called(): void;
}

export function guardedCalls(guard: CallGuard): Pick<Store, Group | Single> {
  return {
    messages: group(guard, 'messages'),
    conversations: group(guard, 'conversations'),
    people: group(guard, 'people'),
    outbox: group(guard, 'outbox'),
    media: group(guard, 'media'),
    bookmarks: group(guard, 'bookmarks'),
    pins: group(guard, 'pins'),
    packs: group(guard, 'packs'),
    reactions: group(guard, 'reactions'),
    state: group(guard, 'state'),
    search: single(guard, 'search'),
    searchKinds: single(guard, 'searchKinds'),
    searchStep: single(guard, 'searchStep'),
    searchKindsStep: single(guard, 'searchKindsStep'),
    checkpoint: single(guard, 'checkpoint'),
    vacuum: single(guard, 'vacuum'),
    indexBytes: single(guard, 'indexBytes'),
    diagnostics: single(guard, 'diagnostics'),
  };
}

function group<G extends Group>(guard: CallGuard, name: G): Store[G] {
  const refused = new Set<PropertyKey>(REFUSED_READ_ONLY[name]);
  const empty = new Set<PropertyKey>(EMPTY_READ_ONLY[name]);
  const calls: Record<string, Call> = {};
  for (const call of Object.keys(guard.core[name])) {
    const find = (): Call => (guard.core[name] as unknown as Record<string, Call>)[call] as Call;
    calls[call] = guarded(
      guard,
      call,
      find,
      refused.has(call) ? 'refused' : empty.has(call) ? 'empty' : 'allowed',
    );
  }
  return calls as unknown as Store[G];
}

function single<N extends Single>(guard: CallGuard, name: N): Store[N] {
  return guarded(guard, name, () => guard.core[name] as Call, 'allowed') as Store[N];
}

function guarded(
  guard: CallGuard,
  name: string,
  find: () => Call,
  readOnly: 'allowed' | 'empty' | 'refused',
): Call {
  return (...args) => {
    if (readOnly !== 'allowed' && guard.readOnly) {
      if (readOnly === 'empty') return [];
      throw new CodedError('readOnly', `${name}: this account is open read-only`);
    }
    const result = guard.run(() => find()(...args), readOnly === 'refused');
    guard.called();
    return result;
  };
}
