/**
 * Cloudflare's envelope: the only module that knows how an answer is wrapped.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
 */

export interface Message {
  code: number;
  message: string;
  type?: string | null;
}

export interface AnswerOptions {
  /** @default 200 */
  readonly status?: number;
  readonly messages?: readonly Message[];
  readonly resultInfo?: ResultInfo;
}

export interface ResultInfo {
  page: number;
  per_page: number;
  count: number;
  total_count: number;
  total_pages: number;
}

/** An answer that went well. */
export function ok(result: unknown, options: AnswerOptions = {}): Response {
  const { status = 200, messages = [], resultInfo } = options;
  return Response.json(
    {
      result,
      success: true,
      errors: [],
      messages,
      ...(resultInfo && { result_info: resultInfo }),
    },
    { status },
  );
}

/**
 * One page of a list, as `page` and `per_page` of the query ask. The page after
 * the last is empty: clients go on asking until they see it.
 *
 * @param perPage how many a page holds where the query does not say
 */
export function page(
  items: readonly unknown[],
  query: URLSearchParams,
  perPage: number,
): Response {
  const size = positiveInteger(query, "per_page") ?? perPage;
  const number = positiveInteger(query, "page") ?? 1;
  const result = items.slice((number - 1) * size, number * size);
  return ok(result, {
    resultInfo: {
      page: number,
      per_page: size,
      count: result.length,
      total_count: items.length,
      total_pages: Math.ceil(items.length / size),
    },
  });
}

function positiveInteger(
  query: URLSearchParams,
  name: string,
): number | undefined {
  const value = Number(query.get(name));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

export interface ApiErrorOptions {
  readonly headers?: Record<string, string>;
  readonly errorChain?: readonly Message[];
  readonly documentationUrl?: string;
}

/** An error that the API answers with. Throw it from a handler. */
export class ApiError extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Cloudflare's own code. */
    readonly code: number,
    message: string,
    readonly options: ApiErrorOptions = {},
  ) {
    super(message);
  }

  toResponse(): Response {
    const { headers, errorChain, documentationUrl } = this.options;
    const error = {
      code: this.code,
      message: this.message,
      ...(documentationUrl && { documentation_url: documentationUrl }),
      ...(errorChain && { error_chain: errorChain }),
    };
    return Response.json(
      { result: null, success: false, errors: [error], messages: [] },
      { status: this.status, headers },
    );
  }
}
