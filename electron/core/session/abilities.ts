/** What the business server has beside the rest; kept, so that the next start shows it at once. */
import type { Abilities } from '../../../shared/domain.ts';
import type { StateValues } from '../account-store/state-values.ts';

const NAMES = {
  reactions: 'offersReactions',
  pins: 'offersPins',
  readers: 'offersReaders',
} as const satisfies Record<keyof Abilities, string>;

export function abilitiesOf(state: Pick<StateValues, 'get'>): Abilities {
  return {
    reactions: state.get(NAMES.reactions) === 'yes',
    pins: state.get(NAMES.pins) === 'yes',
    // Only asking for somebody's readers shows it: offered until it was refused.
    readers: state.get(NAMES.readers) !== 'no',
  };
}

/** Answers whether that is news. */
export function setAbility(
  state: Pick<StateValues, 'get' | 'set'>,
  ability: keyof Abilities,
  on: boolean,
): boolean {
  const value = on ? 'yes' : 'no';
  if (state.get(NAMES[ability]) === value) return false;
  state.set(NAMES[ability], value);
  return true;
}
