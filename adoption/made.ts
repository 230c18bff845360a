import { TUNNEL_RECORD } from "../base/tunnel-record";
import { ADOPTABLE } from "../deployment/adoptable";
import { isAdoptable } from "../deployment/own";
import type { Line, Row, Scene } from "./survey";

/** What a stack makes in addition to what is there, so that nothing of its plan is a surprise. */
export function made(
  { own, service }: Scene,
  there: readonly Row[],
  lines: readonly Line[],
): readonly Row[] {
  // Those that are to be named take the place of the one that a stack makes by default.
  const tokens = lines.some(
    ({ does, text }) => does === "needed" && text.startsWith("tokens: "),
  );
  const hasOne = (kind: string) =>
    there.some((row) => row.kind === kind && row.becomes !== "left alone");
  return own
    .filter(isAdoptable)
    .filter(
      ({ id, type, values }) =>
        id === undefined &&
        !there.some(({ instead }) => instead === values.domain && instead) &&
        !(tokens && type === "cloudflare_zero_trust_access_service_token") &&
        !(
          hasOne(ADOPTABLE[type].kind) &&
          (type === TUNNEL_RECORD || values.domain === service.hostname)
        ),
    )
    .map(({ type, values }): Row => {
      const { describe, kind } = ADOPTABLE[type];
      return {
        kind,
        name: type === TUNNEL_RECORD ? String(values.name) : describe(values),
        becomes: "made",
        afterDestroy: "deleted",
      };
    });
}
