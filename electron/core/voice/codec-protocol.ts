/** What is said between an account's worker and the thread that codes its recordings. */

export type ToCodec =
  | { id: number; do: 'decode'; amr: Uint8Array }
  | { id: number; do: 'encode'; pcm: Int16Array };

/** `failed`: nothing of the recording is said of it. */
export type FromCodec =
  | { id: number; pcm: Int16Array<ArrayBuffer> }
  | { id: number; amr: Uint8Array<ArrayBuffer> }
  | { id: number; failed: true };
