/** When a service token ends; undefined: never, though Cloudflare always says a time. */
export function endOf(token: {
  readonly duration?: string | null;
  readonly expires_at?: string | null;
}): string | undefined {
  return token.duration === "forever"
    ? undefined
    : token.expires_at || undefined;
}
