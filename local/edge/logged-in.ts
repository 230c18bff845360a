/** What a login method told of a person. */
export interface LoggedIn {
  readonly email: string;
  readonly name: string;
  /** Ids, names and addresses of groups. GitHub: `org` and `org/team`. */
  readonly groups?: readonly string[];
  /** Ids of the Cloudflare accounts that they are members of. */
  readonly cloudflareAccounts?: readonly string[];
  /** Claims that the login method asks for. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}
