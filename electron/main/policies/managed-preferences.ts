/**
 * Policies of macOS: a dictionary `Policies` in the app's managed preferences, which a profile of device management
 * sets. One dictionary, and not a preference for each: of those the system does not say whether they are set, nor
 * which type they have.
 */
import { APP_ID } from '../../../shared/app-identity.ts';
import { isObject } from '../../../shared/json.ts';
import type { PolicySource } from './policy-source.ts';

export const POLICIES_PREFERENCE = 'Policies';

/** As `systemPreferences` has it. */
export interface Preferences {
  getUserDefault(key: string, type: 'dictionary'): unknown;
  getUserDefault(key: string, type: 'string'): unknown;
}

export function managedPreferences(preferences: Preferences): PolicySource {
  // As `defaults read` takes it.
  const where = `${APP_ID} ${POLICIES_PREFERENCE}`;
  const values = preferences.getUserDefault(POLICIES_PREFERENCE, 'dictionary');
  if (isObject(values) && Object.keys(values).length > 0) return { kind: 'values', where, values };
  const text = preferences.getUserDefault(POLICIES_PREFERENCE, 'string');
  if (typeof text === 'string' && text !== '')
    return { kind: 'unreadable', where, why: 'it is no dictionary' };
  return { kind: 'none' };
}
