interface Token {
  readonly name?: string | null;
  readonly client_id?: string | null;
  readonly id?: string | null;
}

/** A token's name, with its client id where another of the account has that name too. */
export function tokenName(token: Token, all: readonly Token[]): string {
  const { client_id: clientId, id, name } = token;
  const isAlone = all.filter((one) => one.name === name).length < 2;
  return isAlone && name ? name : `${name ?? "a token"} (${clientId ?? id})`;
}
