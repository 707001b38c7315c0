export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, http or https, without user name and password. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange, redirects included, from the call to the last byte. */
  readonly timeoutMs: number;
  /** Of the body after decompression. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Default true. */
  readonly verifyTls?: boolean;
  /** How many redirects within the origin are followed. Default 3; with 0 a redirect is an ordinary response. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Buffer;
}

export interface HttpClient {
  /** Throws `Refusal` where there is no response; any status is a response. */
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  /** Closes the connections that are kept for reuse. The client can be used again. */
  readonly close: () => Promise<void>;
}
