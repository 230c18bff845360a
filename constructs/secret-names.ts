/** What the two halves of a token are called. */
export interface SecretNames {
  readonly clientId: string;
  readonly clientSecret: string;
}
