/** What is shown under a message of the reactions to it: those of the server, and the own one that is on its way. */
import {
  MOST_REACTION_KINDS,
  NAMES_OF_REACTION,
  reactionKey,
  type ReactionView,
  type ReactorView,
} from '../../../../shared/content/reaction.ts';
import { shownName } from '../../../../shared/display-name.ts';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { StoreContext } from '../context.ts';
import type { ReactionTable } from '../tables/messages/reaction-table.ts';
import type { ActionJobs } from '../tables/outbox/action-jobs.ts';
import type { PeopleTables } from '../tables/people/people-tables.ts';

interface Parts {
  reactions: ReactionTable;
  actions: ActionJobs;
  people: PeopleTables;
}

export class ReactionViews {
  readonly #me: StoreContext['me'];
  readonly #parts: Parts;

  constructor(ctx: Pick<StoreContext, 'me'>, parts: Parts) {
    this.#me = ctx.me;
    this.#parts = parts;
  }

  /** Everybody who reacted, the own wish instead of what the server has of me. */
  reactors(messageId: string, channel: ChannelRef): (ReactorView & { pending: boolean })[] {
    const { actions, people, reactions } = this.#parts;
    const wish = actions.reaction(messageId);
    const known = reactions.of(messageId);
    if (known.length === 0 && wish === null) return [];
    const all = known
      .filter(({ uid }) => wish === null || uid !== this.#me.uid)
      .map(({ uid, name, emoji }) => ({
        uid,
        name:
          people.userName(uid) === null && name !== '' ? shownName(name, uid) : people.nameIn(channel, uid),
        emoji,
        pending: false,
      }));
    if (wish !== null && wish !== '')
      all.push({
        uid: this.#me.uid,
        name: people.nameIn(channel, this.#me.uid),
        emoji: wish,
        pending: true,
      });
    return all;
  }

  /** By emoji, in the order in which each came up first; undefined = nobody reacted. */
  of(messageId: string, channel: ChannelRef): ReactionView[] | undefined {
    const reactors = this.reactors(messageId, channel);
    if (reactors.length === 0) return undefined;
    const kinds = new Map<string, ReactionView>();
    for (const { uid, name, emoji, pending } of reactors) {
      const key = reactionKey(emoji);
      let view = kinds.get(key);
      if (!view) {
        if (kinds.size >= MOST_REACTION_KINDS) continue;
        kinds.set(key, (view = { emoji, count: 0, mine: false, names: [] }));
      }
      view.count += 1;
      if (uid === this.#me.uid) view.mine = true;
      else if (view.names.length < NAMES_OF_REACTION) view.names.push(name);
      if (pending) view.pending = true;
    }
    return [...kinds.values()];
  }
}
