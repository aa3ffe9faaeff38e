/** Every channel and event name of the IPC contract. The build (or vitest) writes them in, see scripts/ipc-names.ts. */
declare const IPC_CHANNEL_NAMES: readonly string[];
declare const IPC_EVENT_NAMES: readonly string[];

export const channelNames: ReadonlySet<string> = new Set(IPC_CHANNEL_NAMES);
export const eventNames: ReadonlySet<string> = new Set(IPC_EVENT_NAMES);
