/**
 * Which of the offered transports may be used. Once an encrypted one was offered, or the account's server is reached
 * over https, nothing less is: whoever blocks `wss`, or takes it out of an answer, would get the token in plain text.
 */
import type { ConnectionDetail } from '../../../shared/domain.ts';
import type { ConnectionOptions } from './connection-api.ts';
import type { TransportAddress, TransportKind } from './transport.ts';

export type OfferedAddresses = Readonly<Record<TransportKind, string | null>>;

type SecureLineOptions = Pick<ConnectionOptions, 'secureOnly' | 'onSecure' | 'preferredTransport'>;

export class SecureLine {
  readonly #options: SecureLineOptions;
  #secureOnly: boolean;
  /** Only plain ones were offered, or beside an encrypted one. */
  #plainOffered = false;

  constructor(options: SecureLineOptions) {
    this.#options = options;
    this.#secureOnly = options.secureOnly ?? false;
  }

  /** Order of the attempts; `worked`: what worked in this session; `avoid`: it was of no use, and comes last. */
  order(
    offered: OfferedAddresses,
    worked: TransportKind | null,
    avoid: TransportKind | null = null,
  ): TransportAddress[] {
    if (offered.wss && !this.#secureOnly) {
      this.#secureOnly = true;
      this.#options.onSecure?.();
    }
    this.#plainOffered = Boolean(offered.tcp) || Boolean(offered.ws);
    const first = worked ?? this.#options.preferredTransport ?? null;
    return transportOrder(offered, first, this.#secureOnly, avoid);
  }

  /** Why a series that tried `count` transports failed although there were plain ones; null = that is not why. */
  problem(count: number): ConnectionDetail | null {
    if (!this.#secureOnly || !this.#plainOffered) return null;
    return count === 0 ? 'secureMissing' : 'secureFailed';
  }
}

/** `wss` alone where only that may be used; else tcp, then ws, `first` before the other, `avoid` after it. */
export function transportOrder(
  offered: OfferedAddresses,
  first: string | null,
  secureOnly: boolean,
  avoid: TransportKind | null = null,
): TransportAddress[] {
  const kinds: TransportKind[] = secureOnly || offered.wss ? ['wss'] : ['tcp', 'ws'];
  return kinds
    .sort((a, b) => Number(b === first) - Number(a === first))
    .sort((a, b) => Number(a === avoid) - Number(b === avoid))
    .flatMap((kind) => {
      const address = offered[kind];
      return address ? [{ kind, address }] : [];
    });
}
