import { ApiError } from "./envelope";

/**
 * The refusals that several resources share. Codes and texts are those that
 * Cloudflare was seen to answer with; the ones whose code nobody has published
 * are listed in `../divergences.md`.
 */

const PERMISSIONS_PAGE =
  "https://developers.cloudflare.com/fundamentals/api/reference/permissions/";

/** A body that an Access endpoint does not accept. */
export function invalidAccessRequest(reason: string): ApiError {
  return new ApiError(
    400,
    12130,
    `access.api.error.invalid_request: ${reason}`,
  );
}

/** Something that another object stands in the way of. */
export function accessConflict(reason: string, code = 12132): ApiError {
  return new ApiError(409, code, `access.api.error.conflict: ${reason}`);
}

/** 12135 for most Access objects; groups have a code of their own. */
export function accessNotFound(code: 12135 | 12152 = 12135): ApiError {
  return new ApiError(404, code, "access.api.error.not_found");
}

/** Zero Trust was never switched on in this account. */
export function accessNotEnabled(): ApiError {
  return new ApiError(
    403,
    9999,
    "access.api.error.not_enabled: Access is not enabled. Visit the Access " +
      "dashboard at https://one.dash.cloudflare.com/ and click the " +
      "'Enable Access' button.",
  );
}

/** A valid token that lacks a permission of this account. */
export function forbidden(): ApiError {
  return new ApiError(403, 10000, "Forbidden", {
    documentationUrl: PERMISSIONS_PAGE,
  });
}

/** A valid token that lacks a permission of this zone, or of API tokens. */
export function unauthorizedResource(): ApiError {
  return new ApiError(403, 9109, "Unauthorized to access requested resource", {
    documentationUrl: PERMISSIONS_PAGE,
  });
}

export function tunnelNotFound(): ApiError {
  return new ApiError(404, 1002, "tunnel not found");
}

/** A path that Cloudflare does not have, or an id in it that can't be one. */
export function noSuchRoute(path: string): ApiError {
  return new ApiError(
    404,
    7003,
    `Could not route to ${path}, perhaps your object identifier is invalid?`,
  );
}

/** A body that is not JSON, or not a JSON object. */
export function malformedBody(): ApiError {
  return new ApiError(400, 10026, "Could not parse input");
}

/** Something of Cloudflare's that is left out here. */
export function unsupported(what: string): ApiError {
  return new ApiError(501, 0, `the local Cloudflare has no ${what}`);
}
