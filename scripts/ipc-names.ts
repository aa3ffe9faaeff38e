/**
 * The names of the IPC contract as text, for `define` of the builds: the preload checks names against the contract but
 * must stay tiny, so its bundle gets the names and not the schemas (electron/preload/names.ts).
 */
import { contract } from '../shared/ipc/contract/contract.ts';
import { eventContract } from '../shared/ipc/contract/events.ts';

export const ipcNames = {
  IPC_CHANNEL_NAMES: JSON.stringify(Object.keys(contract)),
  IPC_EVENT_NAMES: JSON.stringify(Object.keys(eventContract)),
};
