/** The names that Google's APIs give to their HTTP statuses, as far as used. */
const STATUSES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  UNIMPLEMENTED: 501,
} as const;

/**
 * An error that an API of Google's answers with. Throw it from a handler.
 *
 * @see https://cloud.google.com/apis/design/errors
 */
export class GoogleError extends Error {
  constructor(
    readonly status: keyof typeof STATUSES,
    message: string,
    /** `reason` of an `ErrorInfo`, such as `SERVICE_DISABLED`. */
    readonly reason?: string,
  ) {
    super(message);
  }

  toResponse(): Response {
    const code = STATUSES[this.status];
    const details = this.reason && [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: this.reason,
        domain: "googleapis.com",
      },
    ];
    const { message, status } = this;
    return Response.json(
      { error: { code, message, status, ...(details && { details }) } },
      { status: code },
    );
  }
}
