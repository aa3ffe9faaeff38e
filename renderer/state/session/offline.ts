/** Whether anything can be changed at the server now. */
import type { ConnectionState } from '../../../shared/domain.ts';
import { useSession } from './session-store.ts';

const OFFLINE: ReadonlySet<ConnectionState['state']> = new Set(['offline', 'unreachable', 'kicked']);

/** true: what writes is disabled with its reason. (While it connects nobody knows yet.) */
export const useOffline = (): boolean => useSession((state) => OFFLINE.has(state.connection.state));
