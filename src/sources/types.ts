/** What evidence is asked of. Anything with these shapes may stand in: a server, a cache, a lab in memory. */

/** How one time-stamp is asked for. */
export interface TimestampSourceOptions {
  /** Stops the asking; the source then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal
  /**
   * Looks at an answer and throws where it is of no use: refused, for another request, not to be read. A source that has a
   * further server asks that one then; a source that has one answer may leave this out of account.
   */
  readonly accept?: (response: Uint8Array) => Promise<void>
}

/** A time-stamp authority, however it is reached. */
export interface TimestampSource {
  /**
   * Sends one request (RFC 3161 §2.4.1) and gives back what came, unread.
   *
   * @param request DER of a TimeStampReq
   * @returns a TimeStampResp, as far as its sender says
   */
  timestamp(request: Uint8Array, options?: TimestampSourceOptions): Promise<Uint8Array>
}

/**
 * Evidence from outside. Every member is optional: what is absent is not used, and nothing is asked of a server that is not
 * named here. Each kind of evidence is one member, so that one can be replaced without the others.
 */
export interface Sources {
  readonly timestamp?: TimestampSource
}
