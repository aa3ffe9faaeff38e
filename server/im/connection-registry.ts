import { ReasonCode } from '../../shared/wire/packets.ts';
import type { Connection, Identity } from './connection.ts';

/** One change of a device's presence, as the webhook user.onlinestatus tells it. */
export interface PresenceChange {
  uid: string;
  deviceFlag: number;
  online: boolean;
  connectionId: number;
  /** Connections of the same device flag after the change. */
  deviceOnline: number;
  totalOnline: number;
}

/** Signed-in connections by user, with the device rules of wukongim.md B.6. */
export class ConnectionRegistry {
  readonly #byUid = new Map<string, Set<Connection>>();
  readonly #onPresence: (change: PresenceChange) => void;

  constructor(onPresence: (change: PresenceChange) => void) {
    this.#onPresence = onPresence;
  }

  /** The user's connections; a loop over them may end connections as it goes. */
  of(uid: string): Iterable<Connection> {
    return this.#byUid.get(uid) ?? [];
  }

  isOnline(uid: string): boolean {
    return this.#byUid.has(uid);
  }

  /**
   * Adds a connection. The same device reconnecting replaces its old connection without a word; a master device kicks
   * all other devices of its flag.
   */
  add(connection: Connection, identity: Identity): void {
    for (const other of this.of(identity.uid)) {
      if (other.identity?.deviceFlag !== identity.deviceFlag) continue;
      if (other.identity.deviceId === identity.deviceId)
        other.abort('replaced by a new connection of the same device');
      else if (identity.deviceLevel === 1) other.kick(ReasonCode.connectKick, 'login in other device');
    }
    let connections = this.#byUid.get(identity.uid);
    if (!connections) this.#byUid.set(identity.uid, (connections = new Set()));
    connections.add(connection);
    this.#tell(connection, identity, true);
  }

  remove(connection: Connection): void {
    const { identity } = connection;
    if (!identity) return;
    const connections = this.#byUid.get(identity.uid);
    if (!connections?.delete(connection)) return;
    if (connections.size === 0) this.#byUid.delete(identity.uid);
    this.#tell(connection, identity, false);
  }

  /** Kicks the user's connections of one device flag, or all (null). */
  kick(uid: string, deviceFlag: number | null, reason: string): void {
    for (const connection of this.of(uid)) {
      if (deviceFlag === null || connection.identity?.deviceFlag === deviceFlag) {
        connection.kick(ReasonCode.connectKick, reason);
      }
    }
  }

  /** Kicks the user's connections that signed in with one of these tokens. */
  kickTokens(uid: string, digests: readonly Buffer[], reason: string): void {
    for (const connection of this.of(uid)) {
      const token = connection.identity?.token;
      if (token && digests.some((digest) => digest.equals(token)))
        connection.kick(ReasonCode.connectKick, reason);
    }
  }

  #tell(connection: Connection, identity: Identity, online: boolean): void {
    const all = [...this.of(identity.uid)];
    this.#onPresence({
      uid: identity.uid,
      deviceFlag: identity.deviceFlag,
      online,
      connectionId: connection.id,
      deviceOnline: all.filter((c) => c.identity?.deviceFlag === identity.deviceFlag).length,
      totalOnline: all.length,
    });
  }
}
