/** A guard's store for what pages ask, and nothing else. */
import type { GuardStore, MessageState, RecallRecord } from '../store/guard-store.ts';

interface Told {
  states?: MessageState[];
  records?: RecallRecord[];
}

/** `told`: what is known of these messages; records are told with every question. */
export function pageStore(told: (ids: readonly string[]) => Told = () => ({})): GuardStore {
  const of = (ids: readonly string[]): Required<Told> => ({ states: [], records: [], ...told(ids) });
  const store: Pick<GuardStore, 'states' | 'tsddStates' | 'recalledIn'> = {
    states: (ids) => Promise.resolve(of(ids)),
    tsddStates: (ids) => Promise.resolve(of(ids).states),
    recalledIn: (_, channels) => {
      const have = new Set(of([]).records.map(({ channelId }) => channelId));
      return Promise.resolve({
        ofAuthors: [],
        channels: channels.filter(({ channelId }) => have.has(channelId)),
      });
    },
  };
  return store as GuardStore;
}
