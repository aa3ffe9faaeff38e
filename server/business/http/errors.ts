/**
 * What a handler throws to answer with a TSDD error body: `{msg, status}` (tsdd-api.md 0). TSDD knows no error codes,
 * the text is the discriminator; `code` is our addition for newer clients and ignored by old ones.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly field: string | undefined;
  /** Further keys of the body; they win. */
  readonly more: Readonly<Record<string, string | number>>;

  constructor(
    status: number,
    message: string,
    details: { code?: string; field?: string; more?: Readonly<Record<string, string | number>> } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = details.code;
    this.field = details.field;
    this.more = details.more ?? {};
  }

  body(): Record<string, unknown> {
    return {
      msg: this.message,
      // A 401 of TSDD has no `status` key (captures.md 4, Errors).
      ...(this.status === 401 ? {} : { status: this.status }),
      ...(this.code === undefined ? {} : { code: this.code }),
      ...(this.field === undefined ? {} : { field: this.field }),
      ...this.more,
    };
  }
}

/** A business refusal: HTTP 400 with TSDD's text. */
export function refusal(message: string, code?: string): ApiError {
  return new ApiError(400, message, code === undefined ? {} : { code });
}

export const OK = { status: 200 } as const;
