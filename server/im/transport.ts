/** What a connection needs of its socket; TCP and WebSocket provide it (listeners.ts). */
export interface Transport {
  readonly kind: 'tcp' | 'ws';
  readonly remote: string;
  /** Sends one frame (over WebSocket: one message). */
  send(frame: Buffer): void;
  /** Bytes handed over but not yet taken by the network. */
  bufferedBytes(): number;
  pause(): void;
  resume(): void;
  /** Ends politely after everything sent has left; a peer that does not answer is cut off. */
  close(): void;
  /** Cuts off at once. */
  destroy(): void;
}
